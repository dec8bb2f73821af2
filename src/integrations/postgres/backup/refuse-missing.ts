import type { Client } from 'pg'
import { BackupError } from '../../../core/backup.ts'
import { quoted } from '../identifier.ts'
import type { DrillServer } from './drill-server.ts'
import type { PostgresFacts } from './facts.ts'
import { noExtension, noExtensionHint, noRole, noRoleHint } from './rehearsal-texts.ts'

/**
 * Looks whether a cluster has the roles and extensions that a dump needs. Roles must have come with the backup when it has
 * any; when their copy was not wanted or not allowed, those that the dump names are made.
 */
export async function refuseMissing(
  admin: Client,
  { roles, owner, extensions }: PostgresFacts,
  hasGlobals: boolean,
  { major, image }: Pick<DrillServer, 'major' | 'image'>,
): Promise<void> {
  const known = await admin.query<{ name: string }>('select rolname::text as name from pg_roles')
  const there = new Set(known.rows.map(({ name }) => name))
  const missing = [...new Set([...roles, owner])].filter((name) => !there.has(name))
  if (hasGlobals && missing.length > 0)
    throw new BackupError('role-missing', noRole({ roles: missing }), { hint: noRoleHint({}) })
  for (const name of missing) await admin.query(`create role ${quoted(name)}`)
  const available = await admin.query<{ name: string }>('select name::text as name from pg_available_extensions')
  const names = new Set(available.rows.map(({ name }) => name))
  const lacking = extensions.filter(({ name }) => !names.has(name)).map(({ name }) => name)
  if (lacking.length > 0)
    throw new BackupError('extension-missing', noExtension({ extensions: lacking, major, image: image ?? null }), {
      hint: noExtensionHint({ major, image: image ?? null }),
    })
}
