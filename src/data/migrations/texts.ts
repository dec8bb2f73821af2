import type { Formatter } from '../../core/formatter.ts'
import { message } from '../../core/message.ts'
import type { MigrationState } from '../../core/migrations.ts'
import { type Warning, warningWords } from './review/warning.ts'

/** Names of migrations shown at once; the rest is counted. */
const shownNames = 5

interface Named {
  readonly [key: string]: string | readonly string[] | number
  readonly count: number
  readonly names: readonly string[]
}
const names = (p: Named): string =>
  `${p.names.slice(0, shownNames).join(', ')}${p.count > shownNames ? `, … (${p.count})` : ''}`

export const noMigrations = message<{ tool: string; dir: string }>('migrations.none', {
  en: (p) => `${p.tool} finds no migration in ${p.dir}`,
  fr: (p) => `${p.tool} ne trouve aucune migration dans ${p.dir}`,
})
export const noMigrationsRemedy = message('migrations.none-remedy', {
  en: () => 'Correct the folder, or make the first one: vigie db migrations create NAME',
  fr: () => 'Corrigez le dossier, ou créez la première : vigie db migrations create NOM',
})
export const allApplied = message<{ count: number; head: string }>('migrations.all-applied', {
  en: (p, f) =>
    `${f.plural(p.count, { one: 'the one migration is', other: `all ${p.count} migrations are` })} applied, up to ${p.head}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: 'la seule migration est appliquée', other: `les ${p.count} migrations sont appliquées` })}, jusqu'à ${p.head}`,
})
export const notRight = message<{ pending: number; failed: number; drifted: number; unknown: number; heads: number }>(
  'migrations.not-right',
  {
    en: (p) =>
      [
        p.failed > 0 && `${p.failed} failed`,
        p.drifted > 0 && `${p.drifted} changed after they were applied`,
        p.unknown > 0 && `${p.unknown} not known`,
        p.heads > 1 && `${p.heads} heads`,
        p.pending > 0 && `${p.pending} pending`,
      ]
        .filter(Boolean)
        .join(', '),
    fr: (p) =>
      [
        p.failed > 0 && `${p.failed} en échec`,
        p.drifted > 0 && `${p.drifted} modifiée(s) après application`,
        p.unknown > 0 && `${p.unknown} inconnue(s)`,
        p.heads > 1 && `${p.heads} têtes`,
        p.pending > 0 && `${p.pending} en attente`,
      ]
        .filter(Boolean)
        .join(', '),
  },
)
export const pendingTitle = message<Named>('migrations.pending', {
  en: (p, f) =>
    `${f.plural(p.count, { one: 'a migration is', other: `${p.count} migrations are` })} not applied: ${names(p)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: "une migration n'est pas appliquée", other: `${p.count} migrations ne sont pas appliquées` })} : ${names(p)}`,
})
export const pendingRemedy = message('migrations.pending-remedy', {
  en: () => 'See what they would do: vigie db migrations apply --dry-run',
  fr: () => "Voyez ce qu'elles feraient : vigie db migrations apply --dry-run",
})
export const failedTitle = message<{ id: string }>('migrations.failed', {
  en: (p) => `migration ${p.id} began and did not end well`,
  fr: (p) => `la migration ${p.id} a commencé et ne s'est pas bien terminée`,
})
export const failedRemedy = message('migrations.failed-remedy', {
  en: () =>
    'Look at what it did before it failed, undo or finish it by hand, and tell the tool which of the two it was.',
  fr: () =>
    "Voyez ce qu'elle a fait avant l'échec, annulez-le ou terminez-le à la main, puis dites à l'outil lequel des deux.",
})
export const driftedTitle = message<{ id: string }>('migrations.drifted', {
  en: (p) =>
    `the file of migration ${p.id} was changed after it was applied: another database would get something else`,
  fr: (p) => `le fichier de la migration ${p.id} a changé après son application : une autre base recevrait autre chose`,
})
export const driftedRemedy = message('migrations.drifted-remedy', {
  en: () => 'Put the file back as it was, and write the change as a migration of its own.',
  fr: () => 'Remettez le fichier comme il était et écrivez la modification dans une migration à part.',
})
export const unknownTitle = message<{ id: string }>('migrations.unknown', {
  en: (p) => `migration ${p.id} cannot be told: the database and the code do not know the same ones`,
  fr: (p) => `l'état de la migration ${p.id} est inconnu : la base et le code ne connaissent pas les mêmes`,
})
export const unknownRemedy = message('migrations.unknown-remedy', {
  en: () => 'Deploy the code that belongs to this database, or bring the missing file back. Apply nothing before.',
  fr: () => "Déployez le code de cette base, ou rapportez le fichier manquant. N'appliquez rien avant.",
})
export const headsTitle = message<Named>('migrations.heads', {
  en: (p) => `the history has ${p.count} ends: ${names(p)}`,
  fr: (p) => `l'historique a ${p.count} fins : ${names(p)}`,
})
export const headsRemedy = message('migrations.heads-remedy', {
  en: () => 'Merge them (alembic merge heads, makemigrations --merge), and look at what the two change together.',
  fr: () => 'Réunissez-les (alembic merge heads, makemigrations --merge) et voyez ce que les deux changent ensemble.',
})
export const editedSince = message('migrations.edited', {
  en: () => 'its file is not what it was when it was first seen applied',
  fr: () => "son fichier n'est plus celui qui a été vu lors de son application",
})
export const notReady = message<{ failed: readonly string[]; unknown: readonly string[]; heads: readonly string[] }>(
  'migrations.not-ready',
  {
    en: (p) =>
      `Nothing is applied: ${[
        p.failed.length > 0 && `${p.failed.join(', ')} failed`,
        p.unknown.length > 0 && `${p.unknown.join(', ')} is not known`,
        p.heads.length > 1 && `the history has several ends (${p.heads.join(', ')})`,
      ]
        .filter(Boolean)
        .join('; ')}.`,
    fr: (p) =>
      `Rien n'est appliqué : ${[
        p.failed.length > 0 && `${p.failed.join(', ')} en échec`,
        p.unknown.length > 0 && `${p.unknown.join(', ')} inconnue`,
        p.heads.length > 1 && `l'historique a plusieurs fins (${p.heads.join(', ')})`,
      ]
        .filter(Boolean)
        .join(' ; ')}.`,
  },
)
export const noSuchTarget = message<{ id: string }>('migrations.no-target', {
  en: (p) => `There is no migration "${p.id}".`,
  fr: (p) => `Il n'y a pas de migration « ${p.id} ».`,
})
export const seeStatus = message('migrations.see-status', {
  en: () => 'See which there are: vigie db migrations status',
  fr: () => 'Voyez lesquelles existent : vigie db migrations status',
})
export const noStop = message<{ id: string }>('migrations.no-stop', {
  en: (p) => `The tool applies all that is pending at once; it cannot stop at ${p.id}.`,
  fr: (p) => `L'outil applique tout ce qui est en attente en une fois ; il ne peut pas s'arrêter à ${p.id}.`,
})
type Applies = {
  readonly names: readonly string[]
  readonly warnings: readonly Warning[]
}
const warned = ({ warnings }: Applies, f: Formatter): string =>
  warnings.length === 0 ? '' : ` — ${warnings.map((one) => warningWords(one, f)).join(' · ')}`
export const applyAction = message<Applies>('migrations.apply-action', {
  en: (p, f) => `apply ${p.names.join(', ')}${warned(p, f)}`,
  fr: (p, f) => `appliquer ${p.names.join(', ')}${warned(p, f)}`,
})
export const revertAction = message<{ name: string }>('migrations.revert-action', {
  en: (p) => `take back ${p.name}: what it added is lost, with the rows in it`,
  fr: (p) => `annuler ${p.name} : ce qu'elle a ajouté est perdu, avec les lignes qui s'y trouvent`,
})
export const createAction = message<{ name: string; tool: string; isAuto: boolean }>('migrations.create-action', {
  en: (p) =>
    `make the migration "${p.name}" with ${p.tool}${p.isAuto ? ', from what the code and the database differ in' : ''}`,
  fr: (p) =>
    `créer la migration « ${p.name} » avec ${p.tool}${p.isAuto ? ', à partir des différences entre le code et la base' : ''}`,
})
export const created = message<{ files: readonly string[] }>('migrations.created', {
  en: (p) => `made ${p.files.join(', ')}: read it before you apply it`,
  fr: (p) => `créé : ${p.files.join(', ')} ; lisez-le avant de l'appliquer`,
})
export const noAuto = message<{ tool: string }>('migrations.no-auto', {
  en: (p) => `${p.tool} cannot write a migration from what the code and the database differ in.`,
  fr: (p) => `${p.tool} ne peut pas écrire une migration à partir des différences entre le code et la base.`,
})
export const noAutoHint = message('migrations.no-auto-hint', {
  en: () => 'Leave --auto out: an empty one is made, and you write it.',
  fr: () => "Retirez --auto : une migration vide est créée, et vous l'écrivez.",
})
export const nothingCreated = message('migrations.nothing-created', {
  en: () => 'the code and the database do not differ: there is nothing to write',
  fr: () => "le code et la base ne diffèrent pas : il n'y a rien à écrire",
})
export const repairAction = message<{ repair: string; names: readonly string[]; tool: string }>(
  'migrations.repair-action',
  {
    en: (p) => `${p.tool}, ${p.repair}: mark ${p.names.join(', ')} as applied, without running its SQL`,
    fr: (p) => `${p.tool}, ${p.repair} : marquer ${p.names.join(', ')} comme appliquée, sans exécuter son SQL`,
  },
)
export const noRepair = message<{ repair: string }>('migrations.no-repair', {
  en: (p) => `There is no repair "${p.repair}" to be done here.`,
  fr: (p) => `Il n'y a pas de réparation « ${p.repair} » à faire ici.`,
})
export const alreadyDone = message('migrations.already-done', {
  en: () => 'it is applied already',
  fr: () => 'elle est déjà appliquée',
})
export const alreadyBack = message('migrations.already-back', {
  en: () => 'it is not applied any more',
  fr: () => "elle n'est plus appliquée",
})
export const otherNow = message('migrations.other-now', {
  en: () => 'it is no longer as it was planned: its file changed, or another migration came first',
  fr: () => "elle n'est plus comme dans le plan : son fichier a changé, ou une autre migration est passée devant",
})
type After = {
  readonly id: string
  readonly state: MigrationState | 'gone' | 'unseen'
  readonly last: string
  /** '' when the tool said nothing. */
  readonly detail: string
}
export const applyFailed = message<After>('migrations.apply-failed', {
  en: (p) =>
    `Migration ${p.id} failed: ${p.detail || 'the tool says nothing of why, the log of PostgreSQL does.'} It is ${stateWords.en[p.state]} now${p.last === '' ? '' : `; the last one applied is ${p.last}`}.`,
  fr: (p) =>
    `La migration ${p.id} a échoué : ${p.detail || "l'outil ne dit pas pourquoi, le journal de PostgreSQL le dit."} Elle est maintenant ${stateWords.fr[p.state]}${p.last === '' ? '' : ` ; la dernière appliquée est ${p.last}`}.`,
})
export const applyFailedHint = message('migrations.apply-failed-hint', {
  en: () =>
    'Correct what it says and apply again; one that does not run in a transaction may have done a part: look first.',
  fr: () =>
    "Corrigez ce qu'elle dit et recommencez ; une migration hors transaction peut avoir fait une partie du travail : regardez d'abord.",
})
export const notThere = message<{ id: string }>('migrations.not-there', {
  en: (p) => `The tool says that it is done, and ${p.id} is not as it should be afterwards.`,
  fr: (p) => `L'outil dit avoir terminé, mais ${p.id} n'est pas dans l'état attendu ensuite.`,
})
export const noSuchDatabase = message<{ name: string }>('migrations.no-database', {
  en: (p) => `The migrations name "${p.name}" as their database, and no component of that name is one.`,
  fr: (p) => `Les migrations nomment « ${p.name} » comme leur base, et aucun composant de ce nom n'en est une.`,
})
export const noRevert = message<{ tool: string }>('migrations.no-revert', {
  en: (p) => `${p.tool} has no way back.`,
  fr: (p) => `${p.tool} ne sait pas revenir en arrière.`,
})
export const noRevertHint = message('migrations.no-revert-hint', {
  en: () => 'Write a migration that undoes it, or restore a backup.',
  fr: () => "Écrivez une migration qui l'annule, ou restaurez une sauvegarde.",
})

export const notAMigrationName = message('migrations.not-a-name', {
  en: () =>
    'not the name of a migration: write letters, digits, blanks, "_" and "-", starting with a letter or a digit',
  fr: () =>
    'n\'est pas le nom d\'une migration : écrivez des lettres sans accent, des chiffres, des espaces, "_" et "-", en commençant par une lettre ou un chiffre',
})

export const stateWords: Readonly<Record<'en' | 'fr', Readonly<Record<MigrationState | 'gone' | 'unseen', string>>>> = {
  en: {
    applied: 'applied',
    pending: 'not applied',
    failed: 'failed',
    drifted: 'changed since it was applied',
    unknown: 'unknown',
    gone: 'gone from the code',
    unseen: 'in a state that could not be looked at',
  },
  fr: {
    applied: 'appliquée',
    pending: 'en attente',
    failed: 'en échec',
    drifted: 'modifiée depuis son application',
    unknown: 'inconnue',
    gone: 'absente du code',
    unseen: "dans un état qui n'a pas pu être vu",
  },
}

export const migrationTexts = [
  ...[noMigrations, noMigrationsRemedy, allApplied, notRight, pendingTitle, pendingRemedy, failedTitle, failedRemedy],
  ...[driftedTitle, driftedRemedy, unknownTitle, unknownRemedy, headsTitle, headsRemedy, editedSince, notReady],
  ...[noSuchTarget, seeStatus, noStop, applyAction, revertAction, createAction, created, nothingCreated, repairAction],
  ...[noRepair, alreadyDone, alreadyBack, otherNow, applyFailed, applyFailedHint, notThere, noRevert, noRevertHint],
  ...[notAMigrationName, noSuchDatabase, noAuto, noAutoHint],
]
