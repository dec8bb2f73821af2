import { message } from '../../core/message.ts'

export const noBucket = message<{ bucket: string; host: string }>('s3.no-bucket', {
  en: (p) => `There is no bucket "${p.bucket}" at ${p.host}`,
  fr: (p) => `Il n'y a pas de compartiment « ${p.bucket} » chez ${p.host}`,
})
export const noBucketHint = message('s3.no-bucket-hint', {
  en: () => 'Create it there, or correct bucket, endpoint and region in the config.',
  fr: () => 'Créez-le, ou corrigez bucket, endpoint et region dans la configuration.',
})
export const keyRefused = message<{ host: string; place: string; detail: string }>('s3.key-refused', {
  en: (p) => `${p.host} does not accept the access key for ${p.place}: ${p.detail}`,
  fr: (p) => `${p.host} n'accepte pas la clé d'accès pour ${p.place} : ${p.detail}`,
})
export const keyRefusedHint = message('s3.key-refused-hint', {
  en: () =>
    'Compare accessKeyId and secretAccessKey (and sessionToken, which ends after a while) with what the store gave you.',
  fr: () =>
    'Comparez accessKeyId et secretAccessKey (et sessionToken, qui expire) avec ce que le stockage vous a donné.',
})
export const noKey = message<{ place: string; detail: string }>('s3.no-key', {
  en: (p) => `No access key was found for ${p.place}: ${p.detail}`,
  fr: (p) => `Aucune clé d'accès n'a été trouvée pour ${p.place} : ${p.detail}`,
})
export const noKeyHint = message('s3.no-key-hint', {
  en: () =>
    "Name them in the config: accessKeyId: env('AWS_ACCESS_KEY_ID'), secretAccessKey: env('AWS_SECRET_ACCESS_KEY'). Without them the environment, ~/.aws and the role of the machine are asked.",
  fr: () =>
    "Nommez-les dans la configuration : accessKeyId: env('AWS_ACCESS_KEY_ID'), secretAccessKey: env('AWS_SECRET_ACCESS_KEY'). Sans elles, l'environnement, ~/.aws et le rôle de la machine sont consultés.",
})
export const clockOff = message<{ host: string; detail: string }>('s3.clock-off', {
  en: (p) => `The clock of this machine and that of ${p.host} are too far apart: ${p.detail}`,
  fr: (p) => `L'horloge de cette machine et celle de ${p.host} diffèrent trop : ${p.detail}`,
})
export const clockOffHint = message('s3.clock-off-hint', {
  en: () => 'Set the clock of this machine: timedatectl set-ntp true',
  fr: () => "Réglez l'horloge de cette machine : timedatectl set-ntp true",
})
export const denied = message<{ place: string; action: string; detail: string }>('s3.denied', {
  en: (p) => `The access key may not do ${p.action} in ${p.place}: ${p.detail}`,
  fr: (p) => `La clé d'accès n'a pas le droit ${p.action} sur ${p.place} : ${p.detail}`,
})
export const deniedHint = message<{ action: string }>('s3.denied-hint', {
  en: (p) => `Allow ${p.action} in the policy of this key, or of the bucket.`,
  fr: (p) => `Autorisez ${p.action} dans la stratégie (policy) de cette clé ou du compartiment.`,
})
export const otherRegion = message<{ bucket: string; detail: string }>('s3.other-region', {
  en: (p) => `The bucket "${p.bucket}" is in another region: ${p.detail}`,
  fr: (p) => `Le compartiment « ${p.bucket} » est dans une autre région : ${p.detail}`,
})
export const otherRegionHint = message('s3.other-region-hint', {
  en: () => "Write the region that it was made in: region: 'eu-west-3'",
  fr: () => "Écrivez la région où il a été créé : region: 'eu-west-3'",
})
export const noTrust = message<{ host: string; detail: string }>('s3.no-trust', {
  en: (p) => `No trusted connection to ${p.host}: ${p.detail}`,
  fr: (p) => `Pas de connexion de confiance avec ${p.host} : ${p.detail}`,
})
export const noTrustHint = message('s3.no-trust-hint', {
  en: () =>
    'Compare http and https in endpoint with what the store speaks. For an authority of your own start Vigie with NODE_EXTRA_CA_CERTS=/path/ca.pem',
  fr: () =>
    'Comparez http et https dans endpoint avec ce que parle le stockage. Pour votre propre autorité, lancez Vigie avec NODE_EXTRA_CA_CERTS=/chemin/ca.pem',
})
export const full = message<{ place: string; detail: string }>('s3.full', {
  en: (p) => `There is no space left in ${p.place}: ${p.detail}`,
  fr: (p) => `Il n'y a plus de place dans ${p.place} : ${p.detail}`,
})
export const fullHint = message('s3.full-hint', {
  en: () => 'Raise its quota, or let old backups go: vigie backups prune --dry-run',
  fr: () => "Augmentez son quota, ou supprimez d'anciennes sauvegardes : vigie backups prune --dry-run",
})
export const noAnswer = message<{ host: string; detail: string }>('s3.no-answer', {
  en: (p) => `${p.host} gave no answer: ${p.detail}`,
  fr: (p) => `${p.host} ne répond pas : ${p.detail}`,
})
export const noAnswerHint = message('s3.no-answer-hint', {
  en: () => 'Look at the network, and at endpoint in the config.',
  fr: () => 'Vérifiez le réseau, et endpoint dans la configuration.',
})
export const busy = message<{ host: string; detail: string }>('s3.busy', {
  en: (p) => `${p.host} did not do it, and was asked again for a while: ${p.detail}`,
  fr: (p) => `${p.host} ne l'a pas fait, malgré plusieurs demandes : ${p.detail}`,
})
export const busyHint = message('s3.busy-hint', {
  en: () => 'Its own fault or too much at once: look at its state, and begin again later.',
  fr: () => 'Panne de son côté ou trop de demandes : consultez son état, puis recommencez plus tard.',
})
export const strange = message<{ host: string; detail: string }>('s3.strange', {
  en: (p) => `${p.host} does not answer as S3 does: ${p.detail}`,
  fr: (p) => `${p.host} ne répond pas comme S3 : ${p.detail}`,
})
export const strangeHint = message('s3.strange-hint', {
  en: () => 'Something else answers there, such as a proxy or the web console: correct endpoint in the config.',
  fr: () => 'Autre chose répond à cette adresse, comme un proxy ou la console web : corrigez endpoint.',
})
export const cold = message<{ path: string; place: string; detail: string }>('s3.cold', {
  en: (p) => `${p.path} lies in an archive of ${p.place} that cannot be read at once: ${p.detail}`,
  fr: (p) => `${p.path} est dans une archive de ${p.place} qui ne se lit pas immédiatement : ${p.detail}`,
})
export const coldHint = message('s3.cold-hint', {
  en: () =>
    'Have the store bring it back first, and take the rule of the bucket away that moves backups to the archive.',
  fr: () =>
    "Faites-le d'abord restituer par le stockage, et retirez la règle du compartiment qui archive les sauvegardes.",
})
export const objectMissing = message<{ path: string; place: string }>('s3.object-missing', {
  en: (p) => `${p.path} is not in ${p.place}`,
  fr: (p) => `${p.path} n'est pas dans ${p.place}`,
})
export const objectChanged = message<{ path: string; place: string }>('s3.object-changed', {
  en: (p) => `${p.path} in ${p.place} was replaced while it was read`,
  fr: (p) => `${p.path} dans ${p.place} a été remplacé pendant sa lecture`,
})
export const cutShort = message<{ path: string; place: string; bytes: number; expected: number }>('s3.cut-short', {
  en: (p, f) => `${p.path} in ${p.place} ends after ${f.number(p.bytes)} of ${f.number(p.expected)} bytes`,
  fr: (p, f) => `${p.path} dans ${p.place} s'arrête après ${f.number(p.bytes)} octets sur ${f.number(p.expected)}`,
})
export const differs = message<{ path: string; place: string; detail: string }>('s3.differs', {
  en: (p) => `${p.place} did not keep ${p.path} as it was sent: ${p.detail}`,
  fr: (p) => `${p.place} n'a pas gardé ${p.path} tel qu'il a été envoyé : ${p.detail}`,
})
export const differsHint = message('s3.differs-hint', {
  en: () => 'Do not trust this store before its maker has explained that.',
  fr: () => "Ne vous fiez pas à ce stockage tant que son fournisseur ne l'a pas expliqué.",
})
export const overwritten = message<{ path: string; place: string }>('s3.overwritten', {
  en: (p) => `${p.path} in ${p.place} was overwritten by somebody else before it could be verified`,
  fr: (p) => `${p.path} dans ${p.place} a été remplacé par quelqu'un d'autre avant d'être vérifié`,
})
export const tooLarge = message<{ path: string; place: string; parts: number; partBytes: number }>('s3.too-large', {
  en: (p, f) => `${p.path} does not fit into ${f.number(p.parts)} parts of ${f.bytes(p.partBytes)}`,
  fr: (p, f) => `${p.path} ne tient pas en ${f.number(p.parts)} parties de ${f.bytes(p.partBytes)}`,
})
export const tooLargeHint = message('s3.too-large-hint', {
  en: () => "Write larger parts in the config: partBytes: '64MiB'",
  fr: () => "Écrivez des parties plus grandes dans la configuration : partBytes: '64MiB'",
})
export const lockedUntil = message<{ until: string }>('s3.locked-until', {
  en: (p, f) => `the bucket keeps it until ${f.date(p.until)} (object lock)`,
  fr: (p, f) => `le compartiment le garde jusqu'au ${f.date(p.until)} (verrou d'objet)`,
})
export const lockedForNow = message('s3.locked', {
  en: () => 'the bucket keeps it until somebody takes its legal hold away',
  fr: () => "le compartiment le garde jusqu'à la levée de sa conservation légale",
})
export const notRemoved = message<{ detail: string }>('s3.not-removed', {
  en: (p) => `the store did not remove it: ${p.detail}`,
  fr: (p) => `le stockage ne l'a pas supprimé : ${p.detail}`,
})
export const refused = message<{ host: string; action: string; place: string; detail: string }>('s3.refused', {
  en: (p) => `${p.host} refused ${p.action} in ${p.place}: ${p.detail}`,
  fr: (p) => `${p.host} a refusé ${p.action} sur ${p.place} : ${p.detail}`,
})
export const s3Texts = [
  ...[noBucket, noBucketHint, keyRefused, keyRefusedHint, noKey, noKeyHint, clockOff, clockOffHint, denied, deniedHint],
  ...[otherRegion, otherRegionHint, noTrust, noTrustHint, full, fullHint, noAnswer, noAnswerHint, busy, busyHint],
  ...[strange, strangeHint, cold, coldHint, objectMissing, objectChanged, cutShort, differs, differsHint, overwritten],
  ...[tooLarge, tooLargeHint, lockedUntil, lockedForNow, notRemoved, refused],
]
