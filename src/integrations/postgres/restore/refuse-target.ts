import { BackupError } from '../../../core/backup.ts'
import { message } from '../../../core/message.ts'
import type { Acting } from '../acting/acting.ts'
import { majorOf, type PostgresFacts } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'

const olderServer = message<{ major: number; wanted: number }>('postgres.restore-older-server', {
  en: (p) => `the backup is of PostgreSQL ${p.wanted}, and this server is ${p.major}: an older one cannot take it`,
  fr: (p) => `la sauvegarde vient de PostgreSQL ${p.wanted}, et ce serveur est un ${p.major} : il est trop ancien`,
})
const olderServerRemedy = message<{ wanted: number }>('postgres.restore-older-server-remedy', {
  en: (p) => `Give the url of a server of PostgreSQL ${p.wanted} or newer`,
  fr: (p) => `Donnez l'url d'un serveur PostgreSQL ${p.wanted} ou plus récent`,
})
const extensionMissing = message<{ names: readonly string[] }>('postgres.restore-extension-missing', {
  en: (p, f) => `the server does not have what the backup needs: extension ${f.list(p.names)}`,
  fr: (p, f) => `le serveur n'a pas ce qu'il faut à la sauvegarde : extension ${f.list(p.names)}`,
})
const extensionMissingRemedy = message('postgres.restore-extension-missing-remedy', {
  en: () => 'Install its package on the server. What it has: SELECT name FROM pg_available_extensions;',
  fr: () => 'Installez son paquet sur le serveur. Ce qui y est : SELECT name FROM pg_available_extensions;',
})
const roleMissing = message<{ names: readonly string[] }>('postgres.restore-role-missing', {
  en: (p, f) => `the server has no role ${f.list(p.names)}, which the backup names as owner or in grants`,
  fr: (p, f) =>
    `le serveur n'a pas de rôle ${f.list(p.names)}, que la sauvegarde nomme comme propriétaire ou dans des droits`,
})
const roleMissingRemedy = message<{ statements: string }>('postgres.restore-role-missing-remedy', {
  en: (p) => `${p.statements} How they were is in the part "globals" of the backup, without passwords`,
  fr: (p) => `${p.statements} Ce qu'ils étaient est dans la partie « globals » de la sauvegarde, sans mots de passe`,
})
export const refuseTargetTexts = [
  ...[olderServer, olderServerRemedy, extensionMissing, extensionMissingRemedy, roleMissing, roleMissingRemedy],
]

export function refuseOlderServer(serverVersion: number, facts: PostgresFacts): void {
  const [major, wanted] = [majorOf(serverVersion), majorOf(facts.serverVersion)]
  if (major < wanted)
    throw new BackupError('older-server', olderServer({ major, wanted }), { hint: olderServerRemedy({ wanted }) })
}

export async function refuseExtensions(session: Acting, names: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `select name from unnest($1::text[]) n(name)
     where not exists (select 1 from pg_available_extensions a where a.name = n.name) order by 1`,
    [names],
  )
  if (rows.length === 0) return
  throw new BackupError('extension-missing', extensionMissing({ names: rows.map(({ name }) => name) }), {
    hint: extensionMissingRemedy({}),
  })
}

export async function refuseRoles(session: Acting, names: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `select name from unnest($1::text[]) n(name)
     where not exists (select 1 from pg_roles r where r.rolname = n.name) order by 1`,
    [names],
  )
  if (rows.length === 0) return
  const statements = rows.map(({ name }) => `CREATE ROLE ${quoted(name)};`).join(' ')
  throw new BackupError('role-missing', roleMissing({ names: rows.map(({ name }) => name) }), {
    hint: roleMissingRemedy({ statements }),
  })
}
