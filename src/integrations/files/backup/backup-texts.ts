import type { Formatter } from '../../../core/formatter.ts'
import { message } from '../../../core/message.ts'
import type { LeftOutReason } from './left-alone.ts'

type Places = { readonly count: number; readonly examples: readonly string[] }

const reasons: Readonly<Record<LeftOutReason, { readonly en: string; readonly fr: string }>> = {
  excluded: { en: 'excluded by the config', fr: 'exclus par la configuration' },
  mounted: { en: 'mounted there from elsewhere', fr: 'montés là depuis ailleurs' },
  kernel: { en: 'views of the kernel', fr: 'vues du noyau' },
  own: { en: "Vigie's own data or quarantine", fr: 'données ou quarantaine de Vigie' },
  repository: { en: 'repositories of backups', fr: 'dépôts de sauvegardes' },
  database: {
    en: 'folders of a database server: back them up as a database',
    fr: "dossiers d'un serveur de base de données : sauvegardez-les comme base de données",
  },
  special: { en: 'sockets, pipes or devices', fr: 'sockets, tubes ou périphériques' },
}

export const leftOutNote = message<Places & { reason: LeftOutReason }>('files.backup-left-out', {
  en: (p, f) => `left out, ${reasons[p.reason].en}: ${placesIn(p, f)}`,
  fr: (p, f) => `laissés de côté, ${reasons[p.reason].fr} : ${placesIn(p, f)}`,
})
export const vanishedNote = message<Places>('files.backup-vanished', {
  en: (p, f) => `gone while the tree was read: ${placesIn(p, f)}`,
  fr: (p, f) => `disparus pendant la lecture : ${placesIn(p, f)}`,
})
export const tornNote = message<Places>('files.backup-torn-allowed', {
  en: (p, f) =>
    `written to while they were read, as "live" allows, so that their copies may be of no one moment: ${placesIn(p, f)}`,
  fr: (p, f) =>
    `modifiés pendant la lecture, comme « live » le permet, leurs copies mêlant peut-être deux états : ${placesIn(p, f)}`,
})
export const unreadableNote = message<Places>('files.backup-unreadable-allowed', {
  en: (p, f) => `not readable, and left out as "allowUnreadable" says: ${placesIn(p, f)}`,
  fr: (p, f) => `illisibles, et laissés de côté comme le dit « allowUnreadable » : ${placesIn(p, f)}`,
})
export const lessNote = message<{ tar: string }>('files.backup-less', {
  en: (p) =>
    `packed by the tar of ${p.tar}: extended attributes, access lists and holes are not kept as GNU tar keeps them`,
  fr: (p) =>
    `empaqueté par le tar de ${p.tar} : attributs étendus, listes d'accès et trous ne sont pas gardés comme par GNU tar`,
})
export const willBeUnreadable = message<Places>('files.backup-will-be-unreadable', {
  en: (p, f) => `cannot be read, so that the backup will fail: ${placesIn(p, f)}`,
  fr: (p, f) => `illisibles, la sauvegarde échouera donc : ${placesIn(p, f)}`,
})

export const unreadableFailure = message<Places & { path: string }>('files.backup-unreadable', {
  en: (p, f) => `The tree ${p.path} was not copied whole: these cannot be read: ${placesIn(p, f)}`,
  fr: (p, f) => `L'arborescence ${p.path} n'a pas été copiée en entier ; sont illisibles : ${placesIn(p, f)}`,
})
export const unreadableHint = message('files.backup-unreadable-hint', {
  en: () =>
    'Let the user of Vigie read them, or name what may be missing in the component: backup: { allowUnreadable: [...] }',
  fr: () =>
    "Donnez-en la lecture à l'utilisateur de Vigie, ou nommez dans le composant ce qui peut manquer : backup: { allowUnreadable: [...] }",
})
export const tornFailure = message<Places & { path: string }>('files.backup-torn', {
  en: (p, f) => `The copy of ${p.path} does not count: these were written to while they were read: ${placesIn(p, f)}`,
  fr: (p, f) => `La copie de ${p.path} ne compte pas ; ont été modifiés pendant leur lecture : ${placesIn(p, f)}`,
})
export const tornHint = message('files.backup-torn-hint', {
  en: () =>
    'Back up when nobody writes, or name what is written to all the time, such as logs: backup: { live: ["**/*.log"] }',
  fr: () =>
    'Sauvegardez quand personne n\'écrit, ou nommez ce qui est écrit sans cesse, comme les journaux : backup: { live: ["**/*.log"] }',
})
export const emptyFailure = message<{ path: string }>('files.backup-empty', {
  en: (p) => `${p.path} holds no file: what belongs there may not be mounted`,
  fr: (p) => `${p.path} ne contient aucun fichier : ce qui doit s'y trouver n'est peut-être pas monté`,
})
export const emptyHint = message('files.backup-empty-hint', {
  en: () => 'Mount it, or say that it may be empty: backup: { mayBeEmpty: true }',
  fr: () => "Montez-le, ou dites qu'il peut être vide : backup: { mayBeEmpty: true }",
})
export const databaseFailure = message<{ path: string }>('files.backup-database', {
  en: (p) => `${p.path} is the folder of a database server: copied file by file it could not be started again`,
  fr: (p) =>
    `${p.path} est le dossier d'un serveur de base de données : copié fichier par fichier, il ne pourrait plus démarrer`,
})
export const databaseHint = message('files.backup-database-hint', {
  en: () => 'Back it up as a component of its own kind, such as postgres({ url })',
  fr: () => 'Sauvegardez-le comme un composant de sa nature, comme postgres({ url })',
})
export const halfExchanged = message<{ path: string }>('files.backup-half-exchanged', {
  en: (p) =>
    `A restore of ${p.path} was interrupted in the middle: what is in it now is neither the old tree nor the new`,
  fr: (p) =>
    `Une restauration de ${p.path} a été interrompue au milieu : son contenu n'est ni l'ancienne arborescence ni la nouvelle`,
})
export const halfExchangedHint = message('files.backup-half-exchanged-hint', {
  en: () => 'Do the restore again: it first brings back what was there',
  fr: () => "Refaites la restauration : elle remet d'abord ce qui s'y trouvait",
})
export const tarFailure = message<{ path: string; detail: string }>('files.backup-tar', {
  en: (p) => `tar could not copy ${p.path}: ${p.detail}`,
  fr: (p) => `tar n'a pas pu copier ${p.path} : ${p.detail}`,
})
export const tarLate = message<{ path: string }>('files.backup-tar-late', {
  en: (p) => `tar did not come to an end with ${p.path} in time, or was ended`,
  fr: (p) => `tar n'a pas fini à temps avec ${p.path}, ou a été arrêté`,
})
export const notAsAsked = message<{ path: string; place: string }>('files.backup-not-asked', {
  en: (p) => `tar packed ${p.place}, which it was not asked for: the copy of ${p.path} does not count`,
  fr: (p) => `tar a empaqueté ${p.place}, qui ne lui était pas demandé : la copie de ${p.path} ne compte pas`,
})

export const backupTexts = [
  ...[
    leftOutNote,
    vanishedNote,
    tornNote,
    unreadableNote,
    lessNote,
    willBeUnreadable,
    unreadableFailure,
    unreadableHint,
  ],
  ...[tornFailure, tornHint, emptyFailure, emptyHint, databaseFailure, databaseHint, tarFailure, tarLate],
  ...[halfExchanged, halfExchangedHint, notAsAsked],
]

function placesIn({ count, examples }: Places, f: Formatter): string {
  const others = count - examples.length
  return `${examples.join(', ')}${others > 0 ? `, … (${f.number(count)})` : ''}`
}
