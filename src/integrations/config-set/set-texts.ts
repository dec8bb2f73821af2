import { message } from '../../core/message.ts'

export const missing = message<{ path: string }>('config-set.missing', {
  en: (p) => `The config file ${p.path} is not there`,
  fr: (p) => `Le fichier de configuration ${p.path} n'existe pas`,
})
export const missingHint = message<{ path: string }>('config-set.missing-hint', {
  en: (p) => `Put it back, correct its path, or say that it need not be there: { path: '${p.path}', optional: true }`,
  fr: (p) => `Remettez-le, corrigez son chemin, ou dites qu'il peut manquer : { path: '${p.path}', optional: true }`,
})
export const nothingThere = message<{ folder: string }>('config-set.nothing', {
  en: (p) => `No file of the set is there; relative paths are from ${p.folder}`,
  fr: (p) => `Aucun fichier de l'ensemble n'existe ; les chemins relatifs partent de ${p.folder}`,
})
export const nothingHint = message('config-set.nothing-hint', {
  en: () => "Name the files that the system is set up by: configSet({ files: ['.env', 'docker-compose.yml'] })",
  fr: () => "Nommez les fichiers qui règlent le système : configSet({ files: ['.env', 'docker-compose.yml'] })",
})
export const unreadable = message<{ path: string; detail: string }>('config-set.unreadable', {
  en: (p) => `The config file ${p.path} cannot be read (${p.detail})`,
  fr: (p) => `Le fichier de configuration ${p.path} est illisible (${p.detail})`,
})
export const unreadableHint = message<{ word: string }>('config-set.unreadable-hint', {
  en: (p) => `See who may read it, folder by folder: namei -l ${p.word}`,
  fr: (p) => `Voyez qui peut le lire, dossier par dossier : namei -l ${p.word}`,
})
export const noFile = message<{ path: string }>('config-set.no-file', {
  en: (p) => `${p.path} is no plain file: a config is one; folders belong into a component files({ path })`,
  fr: (p) =>
    `${p.path} n'est pas un simple fichier : une configuration en est un ; un dossier relève d'un composant files({ path })`,
})
export const tooLarge = message<{ path: string; bytes: number; limit: number }>('config-set.too-large', {
  en: (p, f) => `${p.path} is too large for a config: ${f.bytes(p.bytes)}, at most ${f.bytes(p.limit)}`,
  fr: (p, f) => `${p.path} est trop grand pour une configuration : ${f.bytes(p.bytes)}, au plus ${f.bytes(p.limit)}`,
})
export const writtenTo = message<{ path: string }>('config-set.written-to', {
  en: (p) => `${p.path} was written to each time that it was read`,
  fr: (p) => `${p.path} a été modifié à chaque lecture`,
})
export const writtenToHint = message('config-set.written-to-hint', {
  en: () => 'Try again; what is written to all the time is no config',
  fr: () => "Réessayez ; ce qui est écrit sans cesse n'est pas une configuration",
})

export const noPart = message<{ backup: string }>('config-set.no-part', {
  en: (p) => `The backup ${p.backup} holds no config set of this component`,
  fr: (p) => `La sauvegarde ${p.backup} ne contient pas d'ensemble de configurations de ce composant`,
})
export const noFacts = message<{ backup: string }>('config-set.no-facts', {
  en: (p) => `What the backup ${p.backup} says of its configs cannot be read: a newer Vigie may have made it`,
  fr: (p) =>
    `Ce que la sauvegarde ${p.backup} dit de ses configurations est illisible : un Vigie plus récent l'a peut-être faite`,
})
export const spoiled = message<{ detail: string }>('config-set.spoiled', {
  en: (p) => `The archive of configs cannot be read: ${p.detail}`,
  fr: (p) => `L'archive des configurations est illisible : ${p.detail}`,
})
export const notAsPacked = message<{ path: string }>('config-set.not-as-packed', {
  en: (p) => `The archive of configs is not what was packed: ${p.path}`,
  fr: (p) => `L'archive des configurations n'est pas ce qui a été empaqueté : ${p.path}`,
})
export const notInBackup = message<{ path: string }>('config-set.not-in-backup', {
  en: (p) => `The backup holds no config ${p.path}`,
  fr: (p) => `La sauvegarde ne contient pas de configuration ${p.path}`,
})
export const isThere = message<{ path: string }>('config-set.there', {
  en: (p) => `${p.path} is there already, and not empty: nothing is restored into it`,
  fr: (p) => `${p.path} existe déjà et n'est pas vide : rien n'y est restauré`,
})
export const isThereHint = message('config-set.there-hint', {
  en: () => 'Move it away, or name another place: --to FOLDER',
  fr: () => 'Déplacez-le, ou indiquez un autre endroit : --to DOSSIER',
})
export const noSpace = message<{ path: string }>('config-set.no-space', {
  en: (p) => `The disk is full: ${p.path} was not restored, and nothing of it was changed`,
  fr: (p) => `Le disque est plein : ${p.path} n'a pas été restauré, et rien n'y a été modifié`,
})
export const notWritable = message<{ path: string; detail: string }>('config-set.not-writable', {
  en: (p) => `${p.path} cannot be written (${p.detail})`,
  fr: (p) => `${p.path} ne peut pas être écrit (${p.detail})`,
})
export const changedSince = message<{ path: string }>('config-set.changed-since', {
  en: (p) => `${p.path} changed since the plan was made`,
  fr: (p) => `${p.path} a changé depuis le plan`,
})
export const restoredNote = message<{ count: number; place: string }>('config-set.restored', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 config', other: `${f.number(p.count)} configs` })} in ${p.place}, readable by their owner alone`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 configuration', other: `${f.number(p.count)} configurations` })} dans ${p.place}, lisibles par leur seul propriétaire`,
})
export const keptNote = message<{ path: string; before: string }>('config-set.kept', {
  en: (p) => `${p.path} is as in the backup; what was there is ${p.before}`,
  fr: (p) => `${p.path} est comme dans la sauvegarde ; ce qui s'y trouvait est ${p.before}`,
})
export const restoreBeside = message<{ count: number; at: string; path: string }>('config-set.restore-beside', {
  en: (p, f) =>
    `restore ${f.plural(p.count, { one: '1 config', other: `${f.number(p.count)} configs` })} of ${f.dateTime(p.at)} into ${p.path}`,
  fr: (p, f) =>
    `restaurer ${f.plural(p.count, { one: '1 configuration', other: `${f.number(p.count)} configurations` })} du ${f.dateTime(p.at)} dans ${p.path}`,
})
export const undoOver = message<{ path: string }>('config-set.undo', {
  en: (p) => `move ${p.path}.before-<time> back in its place`,
  fr: (p) => `remettre ${p.path}.before-<heure> à sa place`,
})

export const setTexts = [
  ...[missing, missingHint, nothingThere, nothingHint, unreadable, unreadableHint, noFile, tooLarge, writtenTo],
  ...[writtenToHint, noPart, noFacts, spoiled, notAsPacked, notInBackup, isThere, isThereHint, noSpace, notWritable],
  ...[changedSince, restoredNote, keptNote, restoreBeside, undoOver],
]
