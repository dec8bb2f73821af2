import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { BackupError } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { Acting } from '../acting/acting.ts'
import { addressOf, isLocal } from '../connection/address.ts'
import { isItsFolder } from '../indexes/space-for-index.ts'
import type { PostgresOptions } from '../options.ts'
import { noSpace, noSpaceRemedy } from './database-texts.ts'

// Who may not see the settings sees no row of them.
const sql = `
  select (select setting from pg_settings where name = 'data_directory') as data,
         (select system_identifier::text from pg_control_system()) as system,
         (select setting::float8 * 1048576 from pg_settings where name = 'max_wal_size') as "walBytes"`

type Server = { readonly data: string | null; readonly system: string | null; readonly walBytes: number | null }

/**
 * Throws `no-space` when the server could not hold a second database of so many bytes and its WAL; nothing where its files
 * cannot be seen from here: another machine, a container.
 */
export async function refuseFullServer(
  session: Acting,
  options: PostgresOptions,
  bytes: number,
  ctx: StepContext,
): Promise<void> {
  const address = addressOf(await ctx.reveal(options.actingUrl ?? options.url))
  if (address === undefined || !isLocal(address)) return
  const [server] = (await session.query<Server>(sql)).rows
  if (server?.data == null || !(await isItsFolder(server.data, server.system).catch(() => false))) return
  const folder = join(server.data, 'base')
  // A folder that cannot be looked at leaves the question open.
  const place = await statfs(folder).catch(() => undefined)
  if (place === undefined) return
  const [needed, free] = [bytes + Math.min(bytes, server.walBytes ?? 0), place.bavail * place.bsize]
  if (free < needed) throw new BackupError('no-space', noSpace({ folder, needed, free }), { hint: noSpaceRemedy({}) })
}
