import type { AlertmanagerAlert } from '../api/alertmanager-webhook.ts'
import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import { type Severity, severities } from '../core/words.ts'
import { newAlert, resolved } from './new-alert.ts'

const told = message<{ text: string }>('watch.alertmanager', { en: (p) => p.text, fr: (p) => p.text })
export const fromAlertmanagerTexts = [told]

/** The token that Alertmanager shows: by this name among our own keys. The export writes it into its config. */
export const alertmanagerToken = 'alertmanager-webhook'

/** Severities as Prometheus users call them. */
const others: Readonly<Record<string, Severity>> = { info: 'low', warning: 'medium', error: 'high', page: 'critical' }

/**
 * The alerts that began or ended by what Alertmanager sent, given those that are open: it sends the same again and again.
 *
 * @param open alerts from Alertmanager that fire
 */
export function fromAlertmanager(
  system: string,
  sent: readonly AlertmanagerAlert[],
  open: readonly Alert[],
  now: Date,
  makeId: () => string,
): readonly Alert[] {
  const changed = new Map<string, Alert>()
  for (const { status, labels, annotations, fingerprint } of sent) {
    const key = `alertmanager ${fingerprint}`
    const known = changed.get(key) ?? open.find((one) => one.key === key)
    if (status === 'resolved') {
      if (known?.state === 'firing') changed.set(key, resolved(known, now))
      continue
    }
    if (known?.state === 'firing') continue
    const name = labels['alertname'] ?? 'Alertmanager'
    const text = annotations['summary'] ?? annotations['description'] ?? name
    const written = labels['severity'] ?? ''
    const severity = severities.find((one) => one === written) ?? others[written] ?? 'high'
    const about = { system, key, source: 'watch', rule: name, component: labels['component'] ?? '', labels } as const
    changed.set(key, newAlert({ ...about, id: makeId(), severity, title: told({ text: text.slice(0, 500) }) }, now))
  }
  return [...changed.values()]
}
