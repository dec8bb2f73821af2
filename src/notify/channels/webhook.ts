import { type ChannelWords, defineChannel, type Notification } from '../../core/channel.ts'
import { guardedPost } from '../../platform/guarded-post.ts'
import { headline, oneLine, stateWord } from './headline.ts'
import { deliveryOf } from './http-delivery.ts'
import { webhookSummary } from './messages.ts'
import { internalAddress, notHttp } from './refusals.ts'
import { webhookOptions } from './webhook-options.ts'
import { signatureHeaders } from './webhook-signature.ts'
import { fillTemplate, type Placeholder } from './webhook-template.ts'

export interface WebhookMessage {
  readonly id: string
  readonly body: string
  readonly contentType: string
}

export const webhookChannel = defineChannel({
  kind: 'webhook',
  summary: webhookSummary,
  options: webhookOptions,
  messages: [],
  render: (notification, { template, contentType }, words): WebhookMessage => {
    const { id } = notification
    const data = dataOf(notification)
    const isJson = /json/i.test(contentType)
    const type = `vigie.${notification.kind}`
    const body =
      template === undefined
        ? JSON.stringify({ type, timestamp: notification.at.toISOString(), data })
        : fillTemplate(template, valuesOf(notification, data, words), isJson)
    return { id, body, contentType }
  },
  deliver: async ({ id, body, contentType }, { url, secret, headers, allowPrivate }, ctx) => {
    const target = await ctx.reveal(url)
    const parsed = /^https?:\/\//i.test(target) && URL.canParse(target) ? new URL(target) : undefined
    if (parsed === undefined) return { status: 'refused', reason: notHttp({}), isRetryable: false }
    const now = ctx.clock.now()
    const seconds = Math.floor(now.getTime() / 1000)
    const own: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers)) own[name.toLowerCase()] = oneLine(await ctx.reveal(value))
    const signature = secret && signatureHeaders(await ctx.reveal(secret), id, seconds, body)
    const answer = await guardedPost({
      url: parsed,
      headers: {
        ...own,
        'content-type': contentType,
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        ...signature,
      },
      body,
      allowPrivate,
      timeoutMs: ctx.timeoutMs,
      signal: ctx.signal,
    })
    if (answer.outcome === 'internal') {
      const reason = internalAddress({ host: parsed.hostname, address: answer.address })
      return { status: 'refused', reason, isRetryable: false }
    }
    return deliveryOf(answer, now)
  },
})

function dataOf({ id, system, kind, at, locale, items, publicUrl }: Notification): object {
  return { id, system, kind, at, locale, publicUrl: publicUrl ?? null, alerts: items.map(nullsFor) }
}

/** Every member is there: JSON leaves out what is undefined. */
function nullsFor(item: object): object {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value ?? null]))
}

function valuesOf(notification: Notification, data: object, words: ChannelWords): Record<Placeholder, string> {
  const { id, system, kind, at, items, publicUrl } = notification
  const [worst] = items
  return {
    id,
    kind,
    system,
    at: at.toISOString(),
    state: items.some(({ state }) => state === 'firing') ? 'firing' : 'resolved',
    severity: worst?.severity ?? '',
    count: String(items.length),
    headline: headline(notification, words),
    text: items.map((item) => `${stateWord(item, words)} · ${item.component} · ${oneLine(item.title)}`).join('\n'),
    title: worst?.title ?? '',
    remedy: worst?.remedy ?? '',
    component: worst?.component ?? '',
    rule: worst?.rule ?? '',
    value: worst?.value === undefined ? '' : String(worst.value),
    startedAt: worst?.startedAt.toISOString() ?? '',
    resolvedAt: worst?.resolvedAt?.toISOString() ?? '',
    acknowledgeUrl: worst?.acknowledgeUrl ?? '',
    publicUrl: publicUrl ?? '',
    data: JSON.stringify(data),
  }
}
