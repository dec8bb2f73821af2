import { message } from '../../../core/message.ts'

export const noProgram = message<{ programs: readonly string[]; where: string | null }>('postgres.backup-no-program', {
  en: (p, f) =>
    p.where === null
      ? `${f.list(p.programs)}: not found in PATH or where packages put them`
      : `${f.list(p.programs)}: not found in ${p.where}`,
  fr: (p, f) =>
    p.where === null
      ? `${f.list(p.programs)} : introuvable dans PATH et là où les paquets les mettent`
      : `${f.list(p.programs)} : introuvable dans ${p.where}`,
})
export const noProgramHint = message<{ kind: 'client' | 'server'; major: number; inside: boolean }>(
  'postgres.backup-no-program-hint',
  {
    en: (p) =>
      p.inside
        ? 'Name a container that has the programs of PostgreSQL, such as that of the database, in backup.through'
        : `Install them (Debian: apt install ${packageOf(p)}), or name their folder in backup.bin${p.kind === 'client' ? ", or run them in the database's container by backup.through" : ", or name the database's image in backup.image"}`,
    fr: (p) =>
      p.inside
        ? 'Nommez dans backup.through un conteneur qui a les programmes de PostgreSQL, comme celui de la base'
        : `Installez-les (Debian : apt install ${packageOf(p)}), ou nommez leur dossier dans backup.bin${p.kind === 'client' ? ', ou lancez-les dans le conteneur de la base par backup.through' : ", ou nommez l'image de la base dans backup.image"}`,
  },
)
export const olderProgram = message<{ program: string; version: string; major: number }>(
  'postgres.backup-older-program',
  {
    en: (p) => `${p.program} ${p.version} is older than what it has to do with: PostgreSQL ${p.major}`,
    fr: (p) => `${p.program} ${p.version} est plus ancien que ce dont il s'agit : PostgreSQL ${p.major}`,
  },
)
export const notStarted = message<{ through: string; detail: string }>('postgres.backup-not-started', {
  en: (p) => `"${p.through}" could not run a program of PostgreSQL: ${p.detail}`,
  fr: (p) => `« ${p.through} » n'a pas pu lancer un programme de PostgreSQL : ${p.detail}`,
})
export const notStartedHint = message<{ through: string }>('postgres.backup-not-started-hint', {
  en: (p) => `Does the container run? Try it: ${p.through} pg_dump --version`,
  fr: (p) => `Le conteneur tourne-t-il ? Essayez : ${p.through} pg_dump --version`,
})
export const passwordLines = message('postgres.backup-password-lines', {
  en: () => 'The password of the database has a line break in it and cannot be given to a program in a container',
  fr: () =>
    'Le mot de passe de la base contient un saut de ligne et ne peut pas être donné à un programme dans un conteneur',
})
export const passwordLinesHint = message('postgres.backup-password-lines-hint', {
  en: () => 'Is the file of the secret read with its last line break? Otherwise give the role another password',
  fr: () =>
    'Le fichier du secret est-il lu avec son dernier saut de ligne ? Sinon donnez un autre mot de passe au rôle',
})
export const programTexts = [
  ...[noProgram, noProgramHint, olderProgram, notStarted, notStartedHint, passwordLines, passwordLinesHint],
]

function packageOf({ kind, major }: { readonly kind: string; readonly major: number }): string {
  return kind === 'client' ? `postgresql-client-${major}` : `postgresql-${major}`
}
