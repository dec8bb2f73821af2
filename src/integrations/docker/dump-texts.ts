import { message } from '../../core/message.ts'

export const postgresLive = message<{ volume: string; writers: readonly string[] }>('volume.postgres-live', {
  en: (p, f) =>
    `The volume ${p.volume} holds the data of a PostgreSQL server that ${f.list(p.writers)} may be writing: copied live, its files would not fit together, and the copy would not start.`,
  fr: (p, f) =>
    `Le volume ${p.volume} contient les données d'un serveur PostgreSQL que ${f.list(p.writers)} peut être en train d'écrire : copiés à chaud, ses fichiers ne seraient pas cohérents et la copie ne démarrerait pas.`,
})
export const postgresLiveHint = message('volume.postgres-live-hint', {
  en: () =>
    "Back the database up with a postgres component, which needs no stop; or take whileInUse: 'auto' (it is stopped for the copy and started again) or 'pause'.",
  fr: () =>
    "Sauvegardez la base avec un composant postgres, qui ne demande aucun arrêt ; ou utilisez whileInUse: 'auto' (elle est arrêtée pour la copie, puis redémarrée) ou 'pause'.",
})
export const notClean = message<{ volume: string; folder: string }>('volume.not-clean', {
  en: (p) =>
    `The server of the data in ${p.folder || '/'} of ${p.volume} did not shut down cleanly: its postmaster.pid is still there, so something may still write. The copy does not count.`,
  fr: (p) =>
    `Le serveur des données dans ${p.folder || '/'} de ${p.volume} ne s'est pas arrêté proprement : son postmaster.pid est encore là, quelque chose écrit peut-être encore. La copie ne compte pas.`,
})
export const notCleanHint = message('volume.not-clean-hint', {
  en: () =>
    'Give it more time with stopWithin, look for a server outside of Docker on this folder, or start and stop it once; then try again.',
  fr: () =>
    'Donnez-lui plus de temps par stopWithin, cherchez un serveur hors de Docker sur ce dossier, ou démarrez-le et arrêtez-le une fois ; puis réessayez.',
})
export const wroteMeanwhile = message<{ volume: string; containers: readonly string[] }>('volume.wrote-meanwhile', {
  en: (p, f) =>
    `${f.list(p.containers)} came up with ${p.volume} while it was copied, and may have written: the copy does not count.`,
  fr: (p, f) =>
    `${f.list(p.containers)} a démarré avec ${p.volume} pendant sa copie et a pu y écrire : la copie ne compte pas.`,
})
export const wroteHint = message('volume.wrote-meanwhile-hint', {
  en: () => 'Look what starts containers at this hour (a deployment, a restart policy, cron), and copy at another.',
  fr: () =>
    'Vérifiez ce qui démarre des conteneurs à cette heure (un déploiement, une politique de redémarrage, cron) et copiez à une autre.',
})
export const cannotStop = message<{ container: string; why: 'removed' | 'swarm' }>('volume.cannot-stop', {
  en: (p) =>
    p.why === 'removed'
      ? `The container ${p.container} was started with --rm: stopped, it would be gone, and could not be started again.`
      : `The container ${p.container} belongs to a service of a swarm, which would start another in its place.`,
  fr: (p) =>
    p.why === 'removed'
      ? `Le conteneur ${p.container} a été lancé avec --rm : arrêté, il disparaîtrait et ne pourrait pas être redémarré.`
      : `Le conteneur ${p.container} appartient à un service d'un swarm, qui en démarrerait un autre à sa place.`,
})
export const cannotStopHint = message('volume.cannot-stop-hint', {
  en: () =>
    "Take whileInUse: 'pause', or stop what has the volume yourself for the time of the work (docker service scale ...=0).",
  fr: () =>
    "Utilisez whileInUse: 'pause', ou arrêtez vous-même ce qui a le volume pendant ce travail (docker service scale ...=0).",
})
export const willHold = message<{ containers: readonly string[]; how: 'stop' | 'pause'; isPostgres: boolean }>(
  'volume.will-hold',
  {
    en: (p, f) =>
      `${f.list(p.containers)} will be ${p.how === 'stop' ? 'stopped and started again' : 'paused'} for the copy${p.isPostgres ? ', since the volume holds data of PostgreSQL' : ''}.`,
    fr: (p, f) =>
      `${f.list(p.containers)} : ${p.how === 'stop' ? 'arrêt puis redémarrage' : 'mise en pause'} pour la copie${p.isPostgres ? ', car le volume contient des données PostgreSQL' : ''}.`,
  },
)
export const copiedLive = message<{ containers: readonly string[] }>('volume.copied-live', {
  en: (p, f) =>
    `It is copied while ${f.list(p.containers)} may write: files that belong together may be of different moments.`,
  fr: (p, f) =>
    `La copie a lieu pendant que ${f.list(p.containers)} peut écrire : des fichiers liés peuvent dater de moments différents.`,
})
export const crashedData = message<{ volume: string; folder: string }>('volume.crashed-data', {
  en: (p) =>
    `The data of PostgreSQL in ${p.folder || '/'} of ${p.volume} were not shut down cleanly, and no container runs on them: the server will recover at its next start.`,
  fr: (p) =>
    `Les données PostgreSQL dans ${p.folder || '/'} de ${p.volume} n'ont pas été arrêtées proprement, et aucun conteneur ne les utilise : le serveur se rétablira à son prochain démarrage.`,
})
export const hasDevices = message<{ count: number; volume: string }>('volume.has-devices', {
  en: (p) => `${p.volume} holds device nodes (${p.count}): a restore makes them only with allowDevices.`,
  fr: (p) =>
    `${p.volume} contient des fichiers de périphérique (${p.count}) : une restauration ne les crée qu'avec allowDevices.`,
})
export const emptyVolume = message<{ volume: string }>('volume.empty', {
  en: (p) => `${p.volume} is empty.`,
  fr: (p) => `${p.volume} est vide.`,
})
export const complained = message<{ detail: string }>('volume.complained', {
  en: (p) => `tar said: ${p.detail}`,
  fr: (p) => `tar a indiqué : ${p.detail}`,
})
export const stalled = message<{ limitMs: number }>('volume.stalled', {
  en: (p, f) =>
    `Nothing took the bytes of the copy for ${f.duration(p.limitMs)}, while containers are held for it: it was given up.`,
  fr: (p, f) =>
    `Rien n'a pris les octets de la copie pendant ${f.duration(p.limitMs)}, alors que des conteneurs sont retenus pour elle : abandon.`,
})
export const releasedAgain = message<{ containers: readonly string[] }>('volume.released-again', {
  en: (p, f) => `${f.list(p.containers)} was started again: an earlier Vigie had held it and was killed.`,
  fr: (p, f) => `${f.list(p.containers)} a été relancé : une Vigie précédente le retenait et a été tuée.`,
})
export const unreadableArchive = message<{ volume: string; detail: string }>('volume.unreadable-archive', {
  en: (p) => `The archive of ${p.volume} is not whole: ${p.detail}`,
  fr: (p) => `L'archive de ${p.volume} n'est pas entière : ${p.detail}`,
})
export const spreadData = message<{ volume: string; path: string; target: string }>('volume.spread-data', {
  en: (p) =>
    `The data of PostgreSQL in ${p.volume} are not all in it: ${p.path} leads to ${p.target}. Without that a copy does not start.`,
  fr: (p) =>
    `Les données PostgreSQL de ${p.volume} n'y sont pas toutes : ${p.path} mène à ${p.target}. Sans cela, une copie ne démarre pas.`,
})
export const spreadDataHint = message('volume.spread-data-hint', {
  en: () => 'Back the database up with a postgres component, which reads tablespaces and the log wherever they are.',
  fr: () => "Sauvegardez la base avec un composant postgres, qui lit les tablespaces et le journal où qu'ils soient.",
})
export const dumpTexts = [
  ...[spreadData, spreadDataHint],
  ...[postgresLive, postgresLiveHint, notClean, notCleanHint, wroteMeanwhile, wroteHint, cannotStop, cannotStopHint],
  ...[
    willHold,
    copiedLive,
    crashedData,
    hasDevices,
    emptyVolume,
    complained,
    stalled,
    releasedAgain,
    unreadableArchive,
  ],
]
