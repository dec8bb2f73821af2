import * as z from 'zod'
import { defineChannel, type Notification, type NotificationItem } from '../../core/channel.ts'
import { secretAddressSchema, secretSchema } from '../../core/secret.ts'
import type { Labels } from '../../core/series.ts'
import { deliveryOf } from './http-delivery.ts'
import { labelFingerprint } from './label-fingerprint.ts'
import { alertmanagerSummary } from './messages.ts'
import { notHttp } from './refusals.ts'

/** How Alertmanager writes "not yet". */
const notEnded = '0001-01-01T00:00:00Z'
const trialNames = { canary: 'VigieCanary', test: 'VigieTest', notice: 'VigieNotice' } as const

/** The body of Alertmanager's webhook. Source: prometheus/alertmanager, notify/webhook and template.Data, version "4". */
export interface AlertmanagerBody {
  readonly version: '4'
  readonly groupKey: string
  readonly truncatedAlerts: number
  readonly status: 'firing' | 'resolved'
  readonly receiver: string
  readonly groupLabels: Labels
  readonly commonLabels: Labels
  readonly commonAnnotations: Labels
  readonly externalURL: string
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Labels
    readonly annotations: Labels
    readonly startsAt: string
    readonly endsAt: string
    readonly generatorURL: string
    readonly fingerprint: string
  }[]
}

export interface AlertmanagerMessage {
  readonly id: string
  readonly body: AlertmanagerBody
}

export const alertmanagerChannel = defineChannel({
  kind: 'alertmanager',
  summary: alertmanagerSummary,
  options: z.strictObject({
    url: secretAddressSchema.meta({ description: "the receiver's address" }),
    /** Sent as `Authorization: Bearer …`. */
    token: secretSchema.optional(),
    /** What the body calls the receiver. */
    receiver: z.string().min(1).max(100).default('vigie'),
  }),
  messages: [],
  render: (notification, { receiver }): AlertmanagerMessage => {
    const { id, system, items, publicUrl } = notification
    const alerts = items.map((item) => {
      const labels = labelsOf(item, notification)
      return {
        status: item.state,
        labels,
        annotations: annotationsOf(item),
        startsAt: item.startedAt.toISOString(),
        endsAt: item.resolvedAt?.toISOString() ?? notEnded,
        generatorURL: publicUrl ?? '',
        fingerprint: labelFingerprint(labels),
      }
    })
    const body: AlertmanagerBody = {
      version: '4',
      groupKey: `{}:{system=${JSON.stringify(system)}}`,
      truncatedAlerts: 0,
      status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
      receiver,
      groupLabels: { system },
      commonLabels: common(alerts.map(({ labels }) => labels)),
      commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
      externalURL: publicUrl ?? '',
      alerts,
    }
    return { id, body }
  },
  deliver: async ({ id, body }, { url, token }, ctx) => {
    const target = await ctx.reveal(url)
    if (!/^https?:\/\//i.test(target)) return { status: 'refused', reason: notHttp({}), isRetryable: false }
    const authorization = token && { authorization: `Bearer ${await ctx.reveal(token)}` }
    const answer = await ctx.http.send(
      {
        url: target,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': id, ...authorization },
        body: JSON.stringify(body),
        timeoutMs: ctx.timeoutMs,
        maxBodyBytes: 10_000,
      },
      ctx.signal,
    )
    return deliveryOf(answer, ctx.clock.now())
  },
})

/** The same from start to end of an alert: what changes meanwhile is an annotation. */
function labelsOf(item: NotificationItem, { kind, system }: Notification): Labels {
  // Who is paged by severity must not be paged by a trial.
  if (kind === 'canary' || kind === 'test') return { alertname: trialNames[kind], severity: 'none', system }
  const alertname = kind === 'notice' ? trialNames.notice : item.rule
  return { ...item.labels, alertname, component: item.component, severity: item.severity, system }
}

function annotationsOf({ title, remedy, value, acknowledgeUrl }: NotificationItem): Labels {
  return {
    summary: title,
    ...(remedy !== undefined && { description: remedy }),
    ...(value !== undefined && { value: String(value) }),
    ...(acknowledgeUrl !== undefined && { acknowledge_url: acknowledgeUrl }),
  }
}

function common(sets: readonly Labels[]): Labels {
  const [first = {}, ...others] = sets
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)))
}
