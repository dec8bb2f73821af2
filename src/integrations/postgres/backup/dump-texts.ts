import { message } from '../../../core/message.ts'

export const notAnAddress = message('postgres.backup-not-an-address', {
  en: () => 'The address of the database is not one that pg_dump can be given: it is no postgres:// url',
  fr: () => "L'adresse de la base ne peut pas être donnée à pg_dump : ce n'est pas une url postgres://",
})
export const throughPooler = message('postgres.backup-pooler', {
  en: () => 'A pooler stands between us and PostgreSQL: a dump needs one session of its own from its begin to its end',
  fr: () =>
    'Un pooler se trouve entre nous et PostgreSQL : une sauvegarde a besoin de la même session du début à la fin',
})
export const throughPoolerHint = message('postgres.backup-pooler-hint', {
  en: () =>
    'Give the address of PostgreSQL itself as backup.url (usually port 5432; at Supabase the "Direct connection", not port 6543)',
  fr: () =>
    "Donnez l'adresse de PostgreSQL lui-même dans backup.url (d'ordinaire le port 5432 ; chez Supabase « Direct connection », pas le port 6543)",
})
export const hiddenRows = message<{ role: string; count: number; tables: readonly string[] }>(
  'postgres.backup-hidden-rows',
  {
    en: (p, f) =>
      `Row security hides rows of ${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} from the role ${p.role}: ${f.list(p.tables)}`,
    fr: (p, f) =>
      `La sécurité au niveau des lignes cache au rôle ${p.role} des lignes de ${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} : ${f.list(p.tables)}`,
  },
)
export const unreadable = message<{ role: string; count: number; tables: readonly string[] }>(
  'postgres.backup-unreadable',
  {
    en: (p, f) =>
      `The role ${p.role} may not read ${f.plural(p.count, { one: '1 table or sequence', other: `${p.count} tables or sequences` })}: ${f.list(p.tables)}`,
    fr: (p, f) =>
      `Le rôle ${p.role} ne peut pas lire ${f.plural(p.count, { one: '1 table ou séquence', other: `${p.count} tables ou séquences` })} : ${f.list(p.tables)}`,
  },
)
export const readableHint = message<{ role: string }>('postgres.backup-readable-hint', {
  en: (p) =>
    `Let it read all: GRANT pg_read_all_data TO "${p.role}"; ALTER ROLE "${p.role}" BYPASSRLS; or give backup.url another role`,
  fr: (p) =>
    `Permettez-lui de tout lire : GRANT pg_read_all_data TO "${p.role}"; ALTER ROLE "${p.role}" BYPASSRLS; ou donnez un autre rôle dans backup.url`,
})
export const notThere = message<{ names: readonly string[]; option: string }>('postgres.backup-not-there', {
  en: (p, f) => `The database has none, or more than one, of the name that backup.${p.option} says: ${f.list(p.names)}`,
  fr: (p, f) => `La base n'a pas, ou a plusieurs fois, ce que nomme backup.${p.option} : ${f.list(p.names)}`,
})
export const notThereHint = message('postgres.backup-not-there-hint', {
  en: () => 'Write it as schema.table, as psql shows it: \\dt *.*',
  fr: () => 'Écrivez schéma.table, comme psql le montre : \\dt *.*',
})
export const emptyDatabase = message<{ database: string }>('postgres.backup-empty', {
  en: (p) => `The database ${p.database} has no table: is it the right one?`,
  fr: (p) => `La base ${p.database} n'a aucune table : est-ce la bonne ?`,
})
export const dumpFailed = message<{ program: string; why: string; detail: string }>('postgres.backup-dump-failed', {
  en: (p) => `${p.program} did not come to its end: ${p.detail}`,
  fr: (p) => `${p.program} n'est pas allé au bout : ${p.detail}`,
})
export const dumpFailedHint = message<{ why: string }>('postgres.backup-dump-failed-hint', {
  en: (p) => englishHints[p.why] ?? 'Run the same program by hand to see more, and look at the log of PostgreSQL',
  fr: (p) =>
    frenchHints[p.why] ?? 'Lancez le même programme à la main pour en voir plus, et lisez le journal de PostgreSQL',
})
export const notADump = message('postgres.backup-not-a-dump', {
  en: () => 'What came is not a dump of pg_dump: it does not begin as one',
  fr: () => "Ce qui est arrivé n'est pas une copie de pg_dump : cela ne commence pas ainsi",
})
export const unreadableObjects = message<{ role: string; count: number }>('postgres.backup-unreadable-objects', {
  en: (p, f) =>
    `The role ${p.role} may not read ${f.plural(p.count, { one: '1 large object', other: `${p.count} large objects` })}; pg_read_all_data does not stand for those`,
  fr: (p, f) =>
    `Le rôle ${p.role} ne peut pas lire ${f.plural(p.count, { one: '1 objet volumineux', other: `${p.count} objets volumineux` })} ; pg_read_all_data ne suffit pas pour eux`,
})
export const unreadableObjectsHint = message<{ role: string }>('postgres.backup-unreadable-objects-hint', {
  en: (p) =>
    `Make it a member of their owner (SELECT DISTINCT lomowner::regrole FROM pg_largeobject_metadata;): GRANT owner TO "${p.role}";`,
  fr: (p) =>
    `Faites-en un membre de leur propriétaire (SELECT DISTINCT lomowner::regrole FROM pg_largeobject_metadata;) : GRANT propriétaire TO "${p.role}";`,
})
export const noSnapshot = message<{ detail: string }>('postgres.backup-no-snapshot', {
  en: (p) => `This server gives no snapshot to share (${p.detail}): rows were not counted, and are not compared later`,
  fr: (p) =>
    `Ce serveur ne partage pas d'instantané (${p.detail}) : les lignes n'ont pas été comptées, et ne seront pas comparées`,
})
export const notCounted = message<{ count: number; tables: readonly string[] }>('postgres.backup-not-counted', {
  en: (p, f) =>
    `Not counted in the time of backup.countTimeLimit: ${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} (${f.list(p.tables)})`,
  fr: (p, f) =>
    `Non comptées dans le temps de backup.countTimeLimit : ${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} (${f.list(p.tables)})`,
})
export const programSaid = message<{ program: string; detail: string }>('postgres.backup-said', {
  en: (p) => `${p.program} warns: ${p.detail}`,
  fr: (p) => `${p.program} avertit : ${p.detail}`,
})
export const rowsLeftOut = message<{ tables: readonly string[] }>('postgres.backup-left-out', {
  en: (p, f) => `Rows left out, as backup.exclude says: ${f.list(p.tables)}`,
  fr: (p, f) => `Lignes laissées de côté, comme le dit backup.exclude : ${f.list(p.tables)}`,
})
export const onlyPart = message('postgres.backup-only-part', {
  en: () => 'Only a part of the database is copied (backup.schemas, backup.tables), without large objects',
  fr: () => 'Une partie seulement de la base est copiée (backup.schemas, backup.tables), sans les objets volumineux',
})
export const noPasswords = message('postgres.backup-no-passwords', {
  en: () => 'Passwords of roles are not in it: give them again after a restore',
  fr: () => "Les mots de passe des rôles n'y sont pas : donnez-les à nouveau après une restauration",
})
export const managed = message<{ role: string }>('postgres.backup-managed', {
  en: (p) =>
    `A managed database (it has the role ${p.role}): what its provider keeps for itself is not in the dump: superusers, server settings, tablespaces`,
  fr: (p) =>
    `Une base gérée (elle a le rôle ${p.role}) : ce que l'hébergeur garde pour lui n'est pas dans la copie : superutilisateurs, réglages du serveur, tablespaces`,
})
export const noGlobals = message<{ detail: string }>('postgres.backup-no-globals', {
  en: (p) => `The roles could not be read and are not in it: ${p.detail}`,
  fr: (p) => `Les rôles n'ont pas pu être lus et n'y sont pas : ${p.detail}`,
})

export const dumpTexts = [
  ...[notAnAddress, throughPooler, throughPoolerHint, hiddenRows, unreadable, readableHint, notThere, notThereHint],
  ...[emptyDatabase, dumpFailed, dumpFailedHint, notADump, noSnapshot, notCounted, programSaid, rowsLeftOut, onlyPart],
  ...[noPasswords, managed, noGlobals, unreadableObjects, unreadableObjectsHint],
]

const englishHints: Readonly<Record<string, string>> = {
  'wrong-password': 'Check the password in backup.url, or in the url of the component',
  cut: 'Did somebody end its session, or PostgreSQL? See its log. Nothing of this copy counts; the next one begins anew',
  full: 'A disk of the database server is full: make room there before anything else',
  denied: 'Let the role read all: GRANT pg_read_all_data TO its role, or give backup.url another one',
  hidden: 'ALTER ROLE ... BYPASSRLS for the role of the backup, or give backup.url another one',
  lock: 'Somebody changes tables at that hour (ALTER TABLE, VACUUM FULL): choose another one',
  recovery:
    'The standby had to go on: raise its max_standby_streaming_delay, set hot_standby_feedback, or copy the primary',
  elsewhere: 'backup.url must lead to the very database that the url of the component leads to',
  late: 'It needs more time than the step has: give the entry more, or choose a quieter hour',
  'no-input': "What runs it gives it no input: docker exec needs -i: ['docker', 'exec', '-i', 'db']",
  banner: 'What runs pg_dump writes something of its own before it: let it be silent, and try it by hand',
  terminal: 'A terminal changes the bytes of a dump: docker exec without -t, docker compose exec with -T',
}
const frenchHints: Readonly<Record<string, string>> = {
  'wrong-password': "Vérifiez le mot de passe dans backup.url, ou dans l'url du composant",
  cut: "Quelqu'un a-t-il terminé sa session, ou PostgreSQL ? Voyez son journal. Rien de cette copie ne compte ; la prochaine recommence",
  full: 'Un disque du serveur de base de données est plein : faites-y de la place avant toute chose',
  denied: 'Permettez au rôle de tout lire : GRANT pg_read_all_data TO son rôle, ou donnez-en un autre dans backup.url',
  hidden: 'ALTER ROLE ... BYPASSRLS pour le rôle de la sauvegarde, ou donnez-en un autre dans backup.url',
  lock: "Quelqu'un modifie des tables à cette heure (ALTER TABLE, VACUUM FULL) : choisissez-en une autre",
  recovery:
    'Le secondaire devait avancer : relevez son max_standby_streaming_delay, activez hot_standby_feedback, ou copiez le primaire',
  elsewhere: "backup.url doit mener à la base même à laquelle mène l'url du composant",
  late: "Il lui faut plus de temps que l'étape n'en a : donnez-en davantage à l'entrée, ou choisissez une heure plus calme",
  'no-input': "Ce qui le lance ne lui donne pas d'entrée : docker exec a besoin de -i : ['docker', 'exec', '-i', 'db']",
  banner: 'Ce qui lance pg_dump écrit quelque chose avant lui : rendez-le silencieux, et essayez à la main',
  terminal: 'Un terminal modifie les octets de la copie : docker exec sans -t, docker compose exec avec -T',
}
