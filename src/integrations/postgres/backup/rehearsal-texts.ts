import { message } from '../../../core/message.ts'

export const noServer = message<{ newest: string; major: number }>('postgres.rehearsal-no-server', {
  en: (p) =>
    `This machine has PostgreSQL ${p.newest}; the copy is of PostgreSQL ${p.major}, which needs that or a newer one`,
  fr: (p) =>
    `Cette machine a PostgreSQL ${p.newest} ; la copie est de PostgreSQL ${p.major}, qui demande celle-ci ou une plus récente`,
})
export const notReachable = message<{ folder: string; user: string; detail: string }>(
  'postgres.rehearsal-not-reachable',
  {
    en: (p) => `PostgreSQL does not run as root, and the user ${p.user} cannot run it from ${p.folder}: ${p.detail}`,
    fr: (p) =>
      `PostgreSQL ne tourne pas en root, et l'utilisateur ${p.user} ne peut pas le lancer depuis ${p.folder} : ${p.detail}`,
  },
)
export const notReachableHint = message('postgres.rehearsal-not-reachable-hint', {
  en: () => 'Name a folder in backup.bin that everybody may read, such as that of a package',
  fr: () => "Nommez dans backup.bin un dossier lisible par tous, comme celui d'un paquet",
})
export const noRoom = message<{ folder: string; free: number; needed: number }>('postgres.rehearsal-no-room', {
  en: (p, f) => `${p.folder} has ${f.bytes(p.free)} left; the rehearsal needs about ${f.bytes(p.needed)}`,
  fr: (p, f) => `${p.folder} a ${f.bytes(p.free)} libres ; l'exercice demande environ ${f.bytes(p.needed)}`,
})
export const noRoomHint = message<{ folder: string }>('postgres.rehearsal-no-room-hint', {
  en: (p) => `Make room there (df -h ${p.folder}), or give Vigie a data folder on a larger disk: --data`,
  fr: (p) =>
    `Faites-y de la place (df -h ${p.folder}), ou donnez à Vigie un dossier de données sur un disque plus grand : --data`,
})
export const diskFull = message<{ folder: string; detail: string }>('postgres.rehearsal-disk-full', {
  en: (p) => `The disk of ${p.folder} is full: ${p.detail}`,
  fr: (p) => `Le disque de ${p.folder} est plein : ${p.detail}`,
})
export const notBegun = message<{ detail: string }>('postgres.rehearsal-not-begun', {
  en: (p) => `The server of the rehearsal did not start: ${p.detail}`,
  fr: (p) => `Le serveur de l'exercice n'a pas démarré : ${p.detail}`,
})
export const notBegunHint = message('postgres.rehearsal-not-begun-hint', {
  en: () => 'It says nothing of the backup. Does this machine have memory and room left? free -m; df -h',
  fr: () =>
    'Cela ne dit rien de la sauvegarde. Cette machine a-t-elle encore de la mémoire et de la place ? free -m; df -h',
})
export const noExtension = message<{ extensions: readonly string[]; major: number; image: string | null }>(
  'postgres.rehearsal-no-extension',
  {
    en: (p, f) =>
      `The copy needs extensions that the PostgreSQL ${p.major} of ${p.image ?? 'this machine'} does not have: ${f.list(p.extensions)}`,
    fr: (p, f) =>
      `La copie a besoin d'extensions que le PostgreSQL ${p.major} de ${p.image ?? 'cette machine'} n'a pas : ${f.list(p.extensions)}`,
  },
)
export const noExtensionHint = message<{ major: number; image: string | null }>(
  'postgres.rehearsal-no-extension-hint',
  {
    en: (p) =>
      p.image === null
        ? `Install their packages here, such as postgresql-${p.major}-postgis-3 or postgresql-contrib, or name the image of the database in backup.image`
        : 'Name in backup.image the image of the database, which has them: docker ps',
    fr: (p) =>
      p.image === null
        ? `Installez leurs paquets ici, comme postgresql-${p.major}-postgis-3 ou postgresql-contrib, ou nommez l'image de la base dans backup.image`
        : "Nommez dans backup.image l'image de la base, qui les a : docker ps",
  },
)
export const noRole = message<{ roles: readonly string[] }>('postgres.rehearsal-no-role', {
  en: (p, f) => `The copy names roles that the backup does not have: ${f.list(p.roles)}`,
  fr: (p, f) => `La copie nomme des rôles que la sauvegarde n'a pas : ${f.list(p.roles)}`,
})
export const noRoleHint = message('postgres.rehearsal-no-role-hint', {
  en: () => 'Back it up again with backup.globals; until then CREATE ROLE them before a restore',
  fr: () => "Refaites une sauvegarde avec backup.globals ; d'ici là, créez-les (CREATE ROLE) avant une restauration",
})
export const restoreFailed = message<{ program: string; detail: string }>('postgres.rehearsal-restore-failed', {
  en: (p) => `${p.program} stopped at the first error: ${p.detail}`,
  fr: (p) => `${p.program} s'est arrêté à la première erreur : ${p.detail}`,
})
export const restoreFailedHint = message('postgres.rehearsal-restore-failed-hint', {
  en: () =>
    'This backup would not come back as it is. Make a new one, and keep the older ones until a drill has proved it',
  fr: () =>
    "Telle quelle, cette sauvegarde ne reviendrait pas. Faites-en une nouvelle, et gardez les anciennes jusqu'à ce qu'un exercice l'ait prouvée",
})
export const rehearsalTexts = [
  ...[noServer, notReachable, notReachableHint, noRoom, noRoomHint, notBegun, notBegunHint, noExtension, diskFull],
  ...[noExtensionHint, noRole, noRoleHint, restoreFailed, restoreFailedHint],
]
