import { message } from '../../../core/message.ts'

export const restoreBeside = message<{ backup: string; at: string; name: string; database: string; tables: number }>(
  'postgres.restore-beside-action',
  {
    en: (p, f) =>
      `restore backup ${p.backup} of ${f.dateTime(p.at)} (${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}) into a new database ${p.name}; ${p.database} is not touched`,
    fr: (p, f) =>
      `restaurer la sauvegarde ${p.backup} du ${f.dateTime(p.at)} (${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}) dans une nouvelle base ${p.name} ; ${p.database} n'est pas touchée`,
  },
)
export const restoreOver = message<{
  backup: string
  at: string
  database: string
  kept: string
  sessions: number
  tables: number
}>('postgres.restore-over-action', {
  en: (p, f) =>
    `restore backup ${p.backup} of ${f.dateTime(p.at)} (${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}) beside, compare it, then put it in the place of ${p.database}: ${f.plural(p.sessions, { one: 'its session is ended', other: `its ${f.number(p.sessions)} sessions are ended` })}, what was written since the backup is in ${p.kept} alone`,
  fr: (p, f) =>
    `restaurer la sauvegarde ${p.backup} du ${f.dateTime(p.at)} (${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}) à côté, la comparer, puis la mettre à la place de ${p.database} : ${f.plural(p.sessions, { one: 'sa session est terminée', other: `ses ${f.number(p.sessions)} sessions sont terminées` })}, ce qui a été écrit depuis la sauvegarde n'est plus que dans ${p.kept}`,
})
export const undoBeside = message<{ name: string }>('postgres.restore-beside-undo', {
  en: (p) => `DROP DATABASE ${p.name};`,
  fr: (p) => `DROP DATABASE ${p.name};`,
})
export const undoOver = message<{ database: string; kept: string }>('postgres.restore-over-undo', {
  en: (p) =>
    `The old one stays as ${p.kept}: rename both to go back; DROP DATABASE ${p.kept}; when it is no longer needed`,
  fr: (p) =>
    `L'ancienne reste sous le nom ${p.kept} : renommez les deux pour revenir ; DROP DATABASE ${p.kept}; quand elle ne sert plus`,
})
export const removeLeftover = message<{ database: string; mark: string }>('postgres.restore-leftover-action', {
  en: (p) => `drop database ${p.database}, which a restore that was cut left behind (${p.mark || 'empty'})`,
  fr: (p) => `supprimer la base ${p.database}, laissée par une restauration interrompue (${p.mark || 'vide'})`,
})
export const leftoverGone = message<{ database: string }>('postgres.restore-leftover-gone', {
  en: (p) => `${p.database} is gone, or somebody uses it now`,
  fr: (p) => `${p.database} n'est plus là, ou quelqu'un s'en sert maintenant`,
})
export const databaseRestored = message<{
  name: string
  tables: number
  rows: number
  uncounted: number
  isWhole: boolean
}>('postgres.restore-done', {
  en: (p, f) =>
    `database ${p.name}: ${f.number(p.rows)} rows in ${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })} as in the backup${p.uncounted === 0 ? '' : `; ${f.number(p.uncounted)} tables were not counted when it was made, and not compared`}${p.isWhole ? '' : '; our role may not give it the settings, grants and owner of the living one'}`,
  fr: (p, f) =>
    `base ${p.name} : ${f.number(p.rows)} lignes dans ${f.plural(p.tables, { one: '1 table', other: `${f.number(p.tables)} tables` })}, comme dans la sauvegarde${p.uncounted === 0 ? '' : ` ; ${f.number(p.uncounted)} tables n'avaient pas été comptées et ne sont pas comparées`}${p.isWhole ? '' : " ; notre rôle ne peut lui donner les réglages, droits et propriétaire de l'actuelle"}`,
})
export const planIsOld = message<{ database: string }>('postgres.restore-plan-old', {
  en: (p) => `the databases are no longer as they were when this was planned (${p.database}): plan again`,
  fr: (p) => `les bases ne sont plus telles qu'au moment du plan (${p.database}) : planifiez de nouveau`,
})

type Why = 'create' | 'owner' | 'taken' | 'name' | 'locale' | 'busy' | 'ties' | 'selection' | 'stays' | 'roles' | 'held'
type Refused = { readonly database: string; readonly why: Why; readonly detail: string }
const english: Readonly<Record<Why, (p: Refused) => string>> = {
  create: (p) => `the role ${p.detail} may not create databases`,
  owner: (p) => `its owner is ${p.detail}, and our role may not act as that one`,
  taken: () => 'a database of that name is there already',
  name: () => 'that is no name for a database: 1 to 63 bytes, no NUL',
  locale: (p) => `the server does not have its locale ${p.detail}`,
  busy: (p) => `sessions that make a backup or feed a replica are connected to it (${p.detail})`,
  ties: (p) => `replication or prepared transactions hang on it: ${p.detail}`,
  selection: () => 'the backup holds only some of its schemas or tables',
  stays: (p) => `sessions come back faster than they can be ended: ${p.detail}`,
  roles: (p) => `the backup has things of ${p.detail}, and our role may not act as these`,
  held: (p) => `its sessions could not be ended: ${p.detail}`,
}
const french: Readonly<Record<Why, (p: Refused) => string>> = {
  create: (p) => `le rôle ${p.detail} ne peut pas créer de bases`,
  owner: (p) => `son propriétaire est ${p.detail}, et notre rôle ne peut agir à sa place`,
  taken: () => 'une base de ce nom existe déjà',
  name: () => "ce n'est pas un nom de base : 1 à 63 octets, sans NUL",
  locale: (p) => `le serveur n'a pas sa locale ${p.detail}`,
  busy: (p) => `des sessions qui sauvegardent ou alimentent un réplica y sont connectées (${p.detail})`,
  ties: (p) => `de la réplication ou des transactions préparées en dépendent : ${p.detail}`,
  selection: () => 'la sauvegarde ne contient que certains de ses schémas ou tables',
  stays: (p) => `des sessions reviennent plus vite qu'elles ne sont terminées : ${p.detail}`,
  roles: (p) => `la sauvegarde a des objets de ${p.detail}, et notre rôle ne peut agir à leur place`,
  held: (p) => `ses sessions n'ont pas pu être terminées : ${p.detail}`,
}
const englishNext: Readonly<Record<Why, string>> = {
  create:
    'ALTER ROLE … CREATEDB; or give the url of a role that may as actingUrl; single tables can be restored without it (--table)',
  owner: 'Give the url of its owner, or of a superuser, as actingUrl; or restore beside',
  taken: 'Choose another name, or leave it out: one is made of the name and the time of the backup',
  name: 'Choose another name, or leave it out: one is made of the name and the time of the backup',
  locale:
    'Install the locale on the server (Debian: locale-gen, then restart PostgreSQL); SELECT collname FROM pg_collation; shows which there are',
  busy: 'Wait until the backup has ended, or stop the replication, then plan again',
  ties: 'See pg_replication_slots, pg_subscription and pg_prepared_xacts; end what hangs on it, then plan again',
  selection: 'Restore it beside (without --over), or only tables of it (--table)',
  stays: 'Stop the application, then try again',
  roles: 'Give the url of a superuser as actingUrl, or GRANT these roles to ours',
  held: 'GRANT pg_signal_backend to the role of actingUrl, or stop the application, then try again',
}
const frenchNext: Readonly<Record<Why, string>> = {
  create:
    "ALTER ROLE … CREATEDB; ou donnez dans actingUrl l'url d'un rôle qui le peut ; des tables seules se restaurent sans cela (--table)",
  owner: "Donnez l'url de son propriétaire, ou d'un superutilisateur, dans actingUrl ; ou restaurez à côté",
  taken: "Choisissez un autre nom, ou n'en donnez pas : il est formé du nom et de l'heure de la sauvegarde",
  name: "Choisissez un autre nom, ou n'en donnez pas : il est formé du nom et de l'heure de la sauvegarde",
  locale:
    'Installez la locale sur le serveur (Debian : locale-gen, puis redémarrez PostgreSQL) ; SELECT collname FROM pg_collation; montre celles qui y sont',
  busy: 'Attendez la fin de la sauvegarde, ou arrêtez la réplication, puis planifiez de nouveau',
  ties: 'Voyez pg_replication_slots, pg_subscription et pg_prepared_xacts ; terminez ce qui en dépend, puis planifiez de nouveau',
  selection: 'Restaurez-la à côté (sans --over), ou seulement des tables (--table)',
  stays: "Arrêtez l'application, puis recommencez",
  roles: "Donnez l'url d'un superutilisateur dans actingUrl, ou GRANT ces rôles au nôtre",
  held: "GRANT pg_signal_backend au rôle de actingUrl, ou arrêtez l'application, puis recommencez",
}
export const databaseRefused = message<Refused>('postgres.restore-database-refused', {
  en: (p) => `database ${p.database} cannot be restored: ${english[p.why](p)}`,
  fr: (p) => `la base ${p.database} ne peut être restaurée : ${french[p.why](p)}`,
})
export const databaseRefusedRemedy = message<{ why: Why }>('postgres.restore-database-refused-remedy', {
  en: (p) => englishNext[p.why],
  fr: (p) => frenchNext[p.why],
})
export const noSpace = message<{ folder: string; needed: number; free: number }>('postgres.restore-no-space', {
  en: (p, f) => `${p.folder} has ${f.bytes(p.free)} free, and the restore needs about ${f.bytes(p.needed)}`,
  fr: (p, f) => `${p.folder} a ${f.bytes(p.free)} libres, et la restauration en demande environ ${f.bytes(p.needed)}`,
})
export const noSpaceRemedy = message('postgres.restore-no-space-remedy', {
  en: () => 'Make room there, or move it: --data for the folder of Vigie',
  fr: () => 'Libérez de la place, ou déplacez-le : --data pour le dossier de Vigie',
})
export const serverFull = message<{ detail: string }>('postgres.restore-server-full', {
  en: (p) => `the server ran out of space, and what was made was removed: ${p.detail}`,
  fr: (p) => `le serveur a manqué de place, et ce qui avait été fait a été retiré : ${p.detail}`,
})
export const serverFullRemedy = message('postgres.restore-server-full-remedy', {
  en: () => 'Make room where the server keeps its data; it needs about as much again as the database has',
  fr: () =>
    'Libérez de la place là où le serveur garde ses données ; il en faut à peu près autant que la base en occupe',
})
export const restoreFailed = message<{ detail: string }>('postgres.restore-failed', {
  en: (p) => `pg_restore stopped, and what it had made was removed: ${p.detail}`,
  fr: (p) => `pg_restore s'est arrêté, et ce qu'il avait fait a été retiré : ${p.detail}`,
})
export const restoreFailedRemedy = message('postgres.restore-failed-remedy', {
  en: () => 'See the log of PostgreSQL, put right what it says, then try again',
  fr: () => "Voyez le journal de PostgreSQL, corrigez ce qu'il dit, puis recommencez",
})
export const rowsRefused = message<{ table: string; detail: string }>('postgres.restore-rows-refused', {
  en: (p) => `PostgreSQL refused rows of ${p.table}, and what had been made was removed: ${p.detail}`,
  fr: (p) => `PostgreSQL a refusé des lignes de ${p.table}, et ce qui avait été fait a été retiré : ${p.detail}`,
})
export const rowsRefusedRemedy = message('postgres.restore-rows-refused-remedy', {
  en: () =>
    'See the log of PostgreSQL; drill this backup, and restore another one: vigie backups drill, vigie backups list',
  fr: () =>
    'Voyez le journal de PostgreSQL ; éprouvez cette sauvegarde et restaurez-en une autre : vigie backups drill, vigie backups list',
})
export const countsDiffer = message<{ database: string; table: string; expected: number; actual: number }>(
  'postgres.restore-counts-differ',
  {
    en: (p, f) =>
      `${p.table} has ${f.number(p.actual)} rows where the backup has ${f.number(p.expected)}: the copy was removed, ${p.database} was not touched`,
    fr: (p, f) =>
      `${p.table} a ${f.number(p.actual)} lignes là où la sauvegarde en a ${f.number(p.expected)} : la copie a été retirée, ${p.database} n'a pas été touchée`,
  },
)
export const countsDifferRemedy = message('postgres.restore-counts-differ-remedy', {
  en: () => 'Take another backup: vigie backups list; and drill this one: vigie backups drill',
  fr: () => 'Prenez une autre sauvegarde : vigie backups list ; et éprouvez celle-ci : vigie backups drill',
})
export const restoreDatabaseTexts = [
  ...[restoreBeside, restoreOver, undoBeside, undoOver, removeLeftover, leftoverGone, databaseRestored, planIsOld],
  ...[
    databaseRefused,
    databaseRefusedRemedy,
    noSpace,
    noSpaceRemedy,
    serverFull,
    serverFullRemedy,
    restoreFailed,
    restoreFailedRemedy,
  ],
  ...[countsDiffer, countsDifferRemedy, rowsRefused, rowsRefusedRemedy],
]
