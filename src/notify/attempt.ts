import type { ConfiguredChannel } from '../config/system.ts'
import type { ChannelContext, ChannelWords, Delivery } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { HttpClient } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import type { Params, Text } from '../core/message.ts'
import { createRedactor, type Redactor } from '../core/redact.ts'
import { readSecret, secretName } from '../platform/secrets.ts'
import type { MessageRow } from '../store/watch-store.ts'
import { broke, secretMissing } from './messages.ts'
import { notificationOf } from './notification.ts'
import type { NotifySystem } from './notify-system.ts'

export interface Attempt {
  readonly message: MessageRow
  readonly system: NotifySystem
  readonly channel: ConfiguredChannel
  readonly words: ChannelWords
  readonly clock: Clock
  readonly http: HttpClient
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Renders a message and sends it once. Never throws: what breaks is a refusal that may be tried again. */
export async function attemptDelivery(attempt: Attempt): Promise<Delivery> {
  const { message, system, channel, words, clock, http, signal, timeoutMs } = attempt
  const redactor = createRedactor()
  const ctx: ChannelContext = {
    clock,
    http: { send: (request, other) => http.send(request, other ?? signal), close: async () => undefined },
    signal,
    timeoutMs,
    baseDir: system.baseDir,
    reveal: async (secret) => {
      const value = await readSecret(secret, system.baseDir)
      if (value === undefined) throw new VigieError('secret-missing', secretMissing({ name: secretName(secret) }))
      if (typeof secret !== 'string' || URL.canParse(secret)) redactor.protect(value)
      return value
    },
  }
  try {
    const sent = channel.kind.render(notificationOf(message, system), channel.options, words)
    const delivery = await channel.kind.deliver(sent, channel.options, ctx)
    return delivery.status === 'delivered' ? delivery : { ...delivery, reason: redacted(delivery.reason, redactor) }
  } catch (error) {
    const reason =
      error instanceof VigieError
        ? error.text
        : broke({ detail: error instanceof Error ? error.message : String(error) })
    return { status: 'refused', reason: redacted(reason, redactor), isRetryable: true }
  }
}

/** The reasons of channels have flat parameters. */
function redacted({ code, params }: Text, redactor: Redactor): Text {
  const entries = Object.entries(params).map(([name, value]): [string, Params[string]] => [
    name,
    typeof value === 'string' ? redactor.redact(value) : value,
  ])
  return { code, params: Object.fromEntries(entries) }
}
