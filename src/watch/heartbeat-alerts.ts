import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import type { Severity } from '../core/words.ts'
import { newAlert, resolved } from './new-alert.ts'

const words: Readonly<Record<string, { readonly en: string; readonly fr: string }>> = {
  missing: { en: 'did not ping in time', fr: "ne s'est pas manifestée à temps" },
  failed: { en: 'told that it failed', fr: 'a annoncé son échec' },
  'started-too-long': { en: 'began and did not end', fr: 'a commencé sans finir' },
} satisfies Readonly<Record<Alarm, object>>
type Alarm = 'missing' | 'failed' | 'started-too-long'

const silent = message<{ name: string; why: string; due: string }>('watch.heartbeat', {
  en: (p, f) => `the job ${p.name} ${words[p.why]?.en ?? p.why}${p.due === '' ? '' : `, due ${f.dateTime(p.due)}`}`,
  fr: (p, f) =>
    `la tâche ${p.name} ${words[p.why]?.fr ?? p.why}${p.due === '' ? '' : `, attendue ${f.dateTime(p.due)}`}`,
})
const remedy = message<{ name: string }>('watch.heartbeat-remedy', {
  en: (p) => `Look at its last pings: vigie heartbeats list, then at the log of ${p.name}`,
  fr: (p) => `Voyez ses derniers signes : vigie heartbeats list, puis le journal de ${p.name}`,
})
export const heartbeatAlertTexts = [silent, remedy]

/** A heartbeat as it was judged now. */
export interface JudgedHeartbeat {
  readonly name: string
  readonly status: string
  readonly dueAt: Date | undefined
  /** Of its alarm. */
  readonly severity: Severity
}

/** The alerts that began or ended, given those that are open: one for each heartbeat at most. */
export function heartbeatAlerts(
  system: string,
  judged: readonly JudgedHeartbeat[],
  open: readonly Alert[],
  now: Date,
  makeId: () => string,
): readonly Alert[] {
  const changed: Alert[] = []
  for (const { name, status, dueAt, severity } of judged) {
    const key = `heartbeat ${name}`
    const alert = open.find((one) => one.key === key)
    const isAlarm = status in words
    if (isAlarm && alert === undefined) {
      const title = silent({ name, why: status, due: dueAt?.toISOString() ?? '' })
      const about = { system, key, source: 'heartbeat', rule: name } as const
      changed.push(newAlert({ ...about, id: makeId(), severity, title, remedy: remedy({ name }) }, now))
    }
    // Late is within its grace: neither well nor an alarm.
    if (alert !== undefined && !isAlarm && status !== 'late') changed.push(resolved(alert, now))
  }
  const known = new Set(judged.map(({ name }) => `heartbeat ${name}`))
  for (const alert of open) if (!known.has(alert.key)) changed.push(resolved(alert, now))
  return changed
}
