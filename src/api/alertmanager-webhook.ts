import * as z from 'zod'
import { VigieError } from '../core/errors.ts'
import { badWebhook, badWebhookHint } from './messages.ts'

/** One alert as Alertmanager tells it. */
export interface AlertmanagerAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: Date
  /** Undefined while nobody knows. */
  readonly endsAt: Date | undefined
  /** Where the rule can be looked at, as sent: a link of others. */
  readonly generatorURL: string
  /** The same for the same labels. */
  readonly fingerprint: string
}

/** Alertmanager's webhook, version 4 (documentation of Alertmanager, "webhook_config"). */
export interface AlertmanagerWebhook {
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  /** The group it belongs to, always the same text for the same group. */
  readonly groupKey: string
  readonly groupLabels: Readonly<Record<string, string>>
  readonly externalURL: string
  /** Alerts that its sender left out because there were too many. */
  readonly truncatedAlerts: number
  readonly alerts: readonly AlertmanagerAlert[]
}

const text = z.string().max(10_000)
const named = z.record(z.string().max(500), text).refine((all) => Object.keys(all).length <= 100, {
  message: 'more than 100 of them',
})
const status = z.enum(['firing', 'resolved'])
const time = z.iso.datetime({ offset: true }).transform((written) => new Date(written))

const alert = z.object({
  status,
  labels: named,
  annotations: named.default({}),
  startsAt: time,
  // Go's zero time says "not known".
  endsAt: time.optional().transform((at) => (at === undefined || at.getTime() <= 0 ? undefined : at)),
  generatorURL: text.default(''),
  fingerprint: z.string().max(64),
})
const webhook = z.object({
  version: z.literal('4', { message: 'only version "4" is understood' }),
  receiver: text,
  status,
  groupKey: text,
  groupLabels: named.default({}),
  externalURL: text.default(''),
  truncatedAlerts: z.number().int().nonnegative().default(0),
  alerts: z.array(alert).max(5000),
})

/** Plain data from the text that was sent, or the error that says what is wrong with it. */
export function readWebhook(body: string): AlertmanagerWebhook | VigieError {
  const refused = (where: string, detail: string): VigieError =>
    new VigieError('usage', badWebhook({ where, detail }), { hint: badWebhookHint({}) })
  let sent: unknown
  try {
    sent = JSON.parse(body)
  } catch {
    return refused('', 'no JSON')
  }
  const read = webhook.safeParse(sent)
  if (read.success) return read.data
  const [first] = read.error.issues
  return refused((first?.path ?? []).map(String).join('.').slice(0, 200), first?.message.slice(0, 200) ?? '')
}
