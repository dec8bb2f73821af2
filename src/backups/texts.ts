import { message } from '../core/message.ts'

export const noAbility = message<{ component: string }>('backups.no-ability', {
  en: (p) => `"${p.component}" is not in the config, or cannot be backed up`,
  fr: (p) => `« ${p.component} » n'est pas dans la configuration, ou ne peut pas être sauvegardé`,
})
export const nothingToCopy = message<{ component: string }>('backups.nothing', {
  en: (p) => `"${p.component}" has nothing to copy`,
  fr: (p) => `« ${p.component} » n'a rien à copier`,
})
export const needsKey = message<{ component: string; part: string }>('backups.needs-key', {
  en: (p) => `${p.component}/${p.part} holds secrets and may not be stored in the clear`,
  fr: (p) => `${p.component}/${p.part} contient des secrets et ne peut pas être enregistré en clair`,
})
export const needsKeyHint = message('backups.needs-key-hint', {
  en: () => "Make a key (age-keygen) and name its public half: encrypt: { recipients: ['age1…'] }",
  fr: () => "Créez une clé (age-keygen) et donnez sa moitié publique : encrypt: { recipients: ['age1…'] }",
})
export const partial = message<{ id: string; failed: readonly string[] }>('backups.partial', {
  en: (p, f) => `Backup ${p.id} is partial: ${f.list(p.failed)} failed`,
  fr: (p, f) => `La sauvegarde ${p.id} est partielle : échec de ${f.list(p.failed)}`,
})
export const nothingStored = message<{ failed: readonly string[] }>('backups.failed', {
  en: (p, f) => `Nothing was backed up: ${f.list(p.failed)} failed`,
  fr: (p, f) => `Rien n'a été sauvegardé : échec de ${f.list(p.failed)}`,
})
export const stored = message<{ id: string; bytes: number; storedBytes: number; isDifference: boolean }>(
  'backups.stored',
  {
    en: (p, f) =>
      `${p.id}: ${f.bytes(p.bytes)}, stored as ${f.bytes(p.storedBytes)}${p.isDifference ? ' (difference)' : ''}`,
    fr: (p, f) =>
      `${p.id} : ${f.bytes(p.bytes)}, enregistré sur ${f.bytes(p.storedBytes)}${p.isDifference ? ' (différence)' : ''}`,
  },
)
export const noManifest = message<{ id: string; place: string }>('backups.no-manifest', {
  en: (p) => `Backup ${p.id} has no manifest in ${p.place}`,
  fr: (p) => `La sauvegarde ${p.id} n'a pas de manifeste dans ${p.place}`,
})
export const noManifestHint = message('backups.no-manifest-hint', {
  en: () => 'It was cut off, or somebody removed it. Use another one: vigie backups list',
  fr: () => "Elle a été interrompue, ou quelqu'un l'a supprimée. Prenez-en une autre : vigie backups list",
})
export const manifestDiffers = message<{ id: string }>('backups.manifest-differs', {
  en: (p) => `The manifest of backup ${p.id} is not what was written`,
  fr: (p) => `Le manifeste de la sauvegarde ${p.id} n'est plus ce qui a été écrit`,
})
export const unknownBackup = message<{ id: string }>('backups.unknown', {
  en: (p) => (p.id === 'latest' ? 'There is no backup yet.' : `There is no backup "${p.id}".`),
  fr: (p) => (p.id === 'latest' ? "Il n'y a pas encore de sauvegarde." : `Il n'y a pas de sauvegarde « ${p.id} ».`),
})
export const unknownBackupHint = message('backups.unknown-hint', {
  en: () => 'See which there are: vigie backups list',
  fr: () => 'Voyez lesquelles existent : vigie backups list',
})
export const unasked = message('backups.question-unasked', {
  en: () => 'each question says which component of "what" is asked: component: "db"',
  fr: () => 'chaque question dit quel composant de « what » est interrogé : component: "db"',
})
export const backupTexts = [
  unasked,
  noAbility,
  nothingToCopy,
  needsKey,
  needsKeyHint,
  partial,
  nothingStored,
  stored,
  noManifest,
  noManifestHint,
  manifestDiffers,
  unknownBackup,
  unknownBackupHint,
]
