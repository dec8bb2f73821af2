import { message } from '../core/message.ts'

/** Why the schema of a system refuses a value; it names them by their code. */
export const notAName = message('config.not-a-name', {
  en: () => 'write letters, digits, "-" and "_", at most 60, starting with a letter or digit',
  fr: () =>
    'écrivez des lettres sans accent, des chiffres, « - » et « _ », 60 au plus, en commençant par une lettre ou un chiffre',
})
export const notATimeZone = message('config.not-a-time-zone', {
  en: () => 'not an IANA time zone, such as Europe/Paris',
  fr: () => "n'est pas un fuseau horaire IANA, comme Europe/Paris",
})
export const noComponent = message('config.no-component', {
  en: () => 'name at least one component',
  fr: () => 'nommez au moins un composant',
})
export const notAReference = message('config.not-a-reference', {
  en: () => 'not an address: write tcp://host:port, http://host or https://host',
  fr: () => "n'est pas une adresse : écrivez tcp://hôte:port, http://hôte ou https://hôte",
})
export const notAKind = message('config.not-a-kind', {
  en: () => 'not a component kind: make it with defineComponent({ … })',
  fr: () => "n'est pas un type de composant : créez-le avec defineComponent({ … })",
})
export const notASchedule = message('config.not-a-schedule', {
  en: () =>
    'not a time: write "07:30" (every day), "mon 06:00" (every week), "1 06:00" (every month) or five cron fields',
  fr: () =>
    'n\'est pas un horaire : écrivez "07:30" (chaque jour), "mon 06:00" (chaque semaine), "1 06:00" (chaque mois) ou cinq champs cron',
})
export const notAWindowLength = message('config.not-a-window-length', {
  en: () => 'write a duration from 1m to 30d',
  fr: () => 'écrivez une durée de 1m à 30d',
})
export const notAJitter = message('config.not-a-jitter', {
  en: () => 'write a duration up to 6h',
  fr: () => "écrivez une durée d'au plus 6h",
})
export const notAKeep = message('config.not-a-keep', {
  en: () => 'write a duration of at least 7d: links in messages hold that long',
  fr: () => "écrivez une durée d'au moins 7d : les liens des messages restent valables aussi longtemps",
})
export const notAPingKey = message('config.not-a-ping-key', {
  en: () => 'a ping key has 128 random bits: write env(\'NAME\') and make its value with "openssl rand -hex 16"',
  fr: () =>
    "une clé de battement a 128 bits aléatoires : écrivez env('NOM') et créez sa valeur par « openssl rand -hex 16 »",
})
export const notAHeartbeatSpan = message('config.not-a-heartbeat-span', {
  en: () => 'write a duration from 1s to 400d',
  fr: () => 'écrivez une durée de 1s à 400d',
})
export const everyOrAt = message('config.every-or-at', {
  en: () => 'write either every ("1d") or at ("0 2 * * *")',
  fr: () => 'écrivez soit every ("1d"), soit at ("0 2 * * *")',
})
export const sameKey = message<{ other: string }>('config.same-key', {
  en: (p) => `${p.other} has the same key: give each its own`,
  fr: (p) => `${p.other} a la même clé : donnez à chacun la sienne`,
})
export const zoneWithoutTime = message('config.zone-without-time', {
  en: () => 'a time zone only has a meaning with at',
  fr: () => "un fuseau horaire n'a de sens qu'avec at",
})
export const notAChannelKind = message('config.not-a-channel-kind', {
  en: () => 'not a channel kind: make it with defineChannel({ … })',
  fr: () => "n'est pas un type de canal : créez-le avec defineChannel({ … })",
})
export const schemaTexts = [
  notAPingKey,
  notAHeartbeatSpan,
  everyOrAt,
  zoneWithoutTime,
  sameKey,
  notAChannelKind,
  notAKeep,
  notAName,
  notATimeZone,
  noComponent,
  notAReference,
  notAKind,
  notASchedule,
  notAWindowLength,
  notAJitter,
]
