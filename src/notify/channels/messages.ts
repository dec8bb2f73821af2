import { type AnyMessage, message } from '../../core/message.ts'
import type { Severity } from '../../core/words.ts'

/** What the messages of all channels are made of. */
export const emailSummary = message('notify.email', {
  en: () => 'E-mail by SMTP',
  fr: () => 'Courriel par SMTP',
})
export const slackSummary = message('notify.slack', {
  en: () => 'Slack, by an incoming webhook',
  fr: () => 'Slack, par un webhook entrant',
})
export const webhookSummary = message('notify.webhook', {
  en: () => 'Any HTTP receiver, signed as Standard Webhooks',
  fr: () => 'Tout récepteur HTTP, signé selon Standard Webhooks',
})
export const alertmanagerSummary = message('notify.alertmanager', {
  en: () => 'Any receiver of Alertmanager’s webhook (version 4)',
  fr: () => 'Tout récepteur du webhook d’Alertmanager (version 4)',
})
export const severityWord = message<{ severity: Severity }>('notify.severity', {
  en: (p) => ({ low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' })[p.severity],
  fr: (p) => ({ low: 'Faible', medium: 'Moyen', high: 'Élevé', critical: 'Critique' })[p.severity],
})
export const wordAndTitle = message<{ word: string; title: string }>('notify.word-and-title', {
  en: (p) => `${p.word}: ${p.title}`,
  fr: (p) => `${p.word} : ${p.title}`,
})
export const resolvedWord = message('notify.resolved', { en: () => 'Resolved', fr: () => 'Résolu' })
export const testWord = message('notify.test-word', { en: () => 'Test', fr: () => 'Test' })
export const noticeWord = message('notify.notice-word', { en: () => 'Notice', fr: () => 'Avis' })
export const severalFiring = message<{ count: number; severity: Severity; title: string }>('notify.several-firing', {
  en: (p) => `${p.count} alerts, the worst: ${p.title}`,
  fr: (p) => `${p.count} alertes, la plus grave : ${p.title}`,
})
export const severalResolved = message<{ count: number }>('notify.several-resolved', {
  en: (p) => `${p.count} alerts resolved`,
  fr: (p) => `${p.count} alertes résolues`,
})
export const firingAndResolved = message<{ firing: number; resolved: number; title: string }>(
  'notify.firing-and-resolved',
  {
    en: (p, f) =>
      `${f.plural(p.firing, { one: '1 alert', other: `${p.firing} alerts` })} and ${p.resolved} resolved: ${p.title}`,
    fr: (p, f) =>
      `${f.plural(p.firing, { one: '1 alerte', other: `${p.firing} alertes` })} et ${p.resolved} ${f.plural(p.resolved, { one: 'résolue', other: 'résolues' })} : ${p.title}`,
  },
)
export const andMore = message<{ count: number }>('notify.and-more', {
  en: (p) => `… and ${p.count} more`,
  fr: (p, f) => `… et ${p.count} ${f.plural(p.count, { one: 'autre', other: 'autres' })}`,
})
export const sinceWord = message<{ at: string }>('notify.since', {
  en: (p, f) => `since ${f.dateTime(p.at)}`,
  fr: (p, f) => `depuis ${f.dateTime(p.at)}`,
})
export const lastedWord = message<{ at: string; ms: number }>('notify.lasted', {
  en: (p, f) => `${f.dateTime(p.at)}, after ${f.duration(p.ms)}`,
  fr: (p, f) => `${f.dateTime(p.at)}, au bout de ${f.duration(p.ms)}`,
})
export const toDo = message<{ remedy: string }>('notify.to-do', {
  en: (p) => `What to do: ${p.remedy}`,
  fr: (p) => `Que faire : ${p.remedy}`,
})
export const acknowledgeWord = message('notify.acknowledge', {
  en: () => 'I take it',
  fr: () => 'Je prends',
})
export const openWord = message('notify.open', { en: () => 'Open Vigie', fr: () => 'Ouvrir Vigie' })
export const whyWord = message<{ system: string }>('notify.why', {
  en: (p) => `Vigie watches ${p.system} and sends this by itself.`,
  fr: (p) => `Vigie veille sur ${p.system} et envoie ce message automatiquement.`,
})

export const channelMessages: readonly AnyMessage[] = [
  emailSummary,
  slackSummary,
  webhookSummary,
  alertmanagerSummary,
  severityWord,
  wordAndTitle,
  resolvedWord,
  testWord,
  noticeWord,
  severalFiring,
  severalResolved,
  firingAndResolved,
  andMore,
  sinceWord,
  lastedWord,
  toDo,
  acknowledgeWord,
  openWord,
  whyWord,
]
