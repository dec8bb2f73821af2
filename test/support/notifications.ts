import type { ChannelContext, ChannelWords, Notification, NotificationItem } from '../../src/core/channel.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Locale } from '../../src/core/message.ts'
import { messageMap } from '../../src/core/message.ts'
import { channelMessages } from '../../src/notify/channels/messages.ts'
import { refusalMessages } from '../../src/notify/channels/refusals.ts'
import { notifyMessages } from '../../src/notify/messages.ts'
import { channelWords } from '../../src/notify/words.ts'
import { createHttpClient } from '../../src/platform/http-client.ts'
import { readSecret } from '../../src/platform/secrets.ts'

/** All texts that a notification or a refusal is made of. */
export const notifyTexts = messageMap([...channelMessages, ...refusalMessages, ...notifyMessages])

export const wordsIn = (locale: Locale): ChannelWords => channelWords(notifyTexts, { locale, timezone: 'Europe/Paris' })

export const anItem = (changes: Partial<NotificationItem> = {}): NotificationItem => ({
  alert: 'a1',
  key: 'api/status',
  state: 'firing',
  severity: 'critical',
  component: 'api',
  rule: 'api/status',
  labels: { host: 'srv-1' },
  value: 503,
  title: 'http://localhost:8000/health answers 503',
  remedy: 'docker compose restart api',
  startedAt: new Date('2026-11-21T09:00:00Z'),
  resolvedAt: undefined,
  acknowledgeUrl: undefined,
  ...changes,
})

export const aNotification = (changes: Partial<Notification> = {}): Notification => ({
  id: 'm1',
  system: 'MonAssurance',
  kind: 'alerts',
  at: new Date('2026-11-21T09:00:05Z'),
  locale: 'en',
  items: [anItem()],
  publicUrl: undefined,
  ...changes,
})

/** A context as the dispatcher makes it, for a delivery against a real server. */
export async function withContext<T>(
  work: (ctx: ChannelContext) => Promise<T>,
  changes: Partial<ChannelContext> = {},
): Promise<T> {
  const http = createHttpClient({})
  const baseDir = '/'
  try {
    return await work({
      clock: systemClock,
      http,
      signal: new AbortController().signal,
      timeoutMs: 10_000,
      baseDir,
      reveal: async (secret) => (await readSecret(secret, baseDir)) ?? '',
      ...changes,
    })
  } finally {
    await http.close()
  }
}
