import { message } from '../core/message.ts'

const severityWords = {
  en: { low: 'low', medium: 'medium', high: 'high', critical: 'critical' },
  fr: { low: 'faible', medium: 'moyenne', high: 'élevée', critical: 'critique' },
} as const

export const takeIt = message('api.take-it', { en: () => 'I take it', fr: () => 'Je prends' })
export const takeItMeans = message('api.take-it-means', {
  en: () => 'Nobody else is called for it any more. The alert stays until it is put right.',
  fr: () =>
    "Plus personne d'autre ne sera appelé. L'alerte reste ouverte jusqu'à ce que tout soit rentré dans l'ordre.",
})
export const severityLine = message<{ severity: string; component: string; system: string }>('api.severity-line', {
  en: (p) => [`Severity ${wordOf('en', p.severity)}`, p.component, p.system].filter((one) => one !== '').join(' · '),
  fr: (p) => [`Gravité ${wordOf('fr', p.severity)}`, p.component, p.system].filter((one) => one !== '').join(' · '),
})
export const sinceLine = message<{ at: string; forMs: number }>('api.since-line', {
  en: (p, f) => `Since ${f.dateTime(p.at)} (for ${f.duration(p.forMs)})`,
  fr: (p, f) => `Depuis ${f.dateTime(p.at)} (il y a ${f.duration(p.forMs)})`,
})
export const whatNext = message('api.what-next', { en: () => 'What to do', fr: () => 'Que faire' })
export const takenBy = message<{ by: string; at: string }>('api.taken-by', {
  en: (p, f) => `Taken by ${p.by}, ${f.dateTime(p.at)}.`,
  fr: (p, f) => `Prise en charge par ${p.by}, ${f.dateTime(p.at)}.`,
})
export const youTookIt = message('api.you-took-it', {
  en: () => 'You have it. Thank you.',
  fr: () => "C'est pour vous. Merci.",
})
export const isOver = message<{ at: string }>('api.alert-over', {
  en: (p, f) => `It is over since ${f.dateTime(p.at)}. Nothing is left to take.`,
  fr: (p, f) => `C'est terminé depuis ${f.dateTime(p.at)}. Il n'y a plus rien à prendre.`,
})
export const linkInvalid = message('api.link-invalid', {
  en: () => 'This link is not one of ours, or it was cut.',
  fr: () => "Ce lien n'est pas l'un des nôtres, ou il a été coupé.",
})
export const linkExpired = message('api.link-expired', {
  en: () => 'This link has expired.',
  fr: () => 'Ce lien a expiré.',
})
export const linkHint = message('api.link-hint', {
  en: () => 'Open the link of the newest message, or see: vigie alerts list',
  fr: () => 'Ouvrez le lien du message le plus récent, ou voyez : vigie alerts list',
})
export const alertGone = message('api.alert-gone', {
  en: () => 'The alert of this link is not known any more.',
  fr: () => "L'alerte de ce lien n'est plus connue.",
})
export const couldNotTake = message('api.could-not-take', {
  en: () => 'It could not be written down, so it is not yours yet.',
  fr: () => "Cela n'a pas pu être enregistré : l'alerte n'est pas encore la vôtre.",
})
export const acknowledgeMessages = [
  ...[takeIt, takeItMeans, severityLine, sinceLine, whatNext, takenBy, youTookIt, isOver],
  ...[linkInvalid, linkExpired, linkHint, alertGone, couldNotTake],
]

function wordOf(locale: 'en' | 'fr', severity: string): string {
  return new Map<string, string>(Object.entries(severityWords[locale])).get(severity) ?? severity
}
