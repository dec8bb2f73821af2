import type { z } from 'zod'
import type { Clock } from './clock.ts'
import type { HttpClient } from './context.ts'
import type { Formatter } from './formatter.ts'
import type { AnyMessage, Locale, Message, Text } from './message.ts'
import type { Secret } from './secret.ts'
import type { Labels } from './series.ts'
import type { Severity } from './words.ts'

/** One alert as it is told. Texts are rendered already: a channel knows no catalog. */
export interface NotificationItem {
  readonly alert: string
  readonly key: string
  readonly state: 'firing' | 'resolved'
  readonly severity: Severity
  readonly component: string
  readonly rule: string
  readonly labels: Labels
  readonly value: number | undefined
  readonly title: string
  readonly remedy: string | undefined
  readonly startedAt: Date
  readonly resolvedAt: Date | undefined
  /** Where a person says "I take it"; undefined without a public address. */
  readonly acknowledgeUrl: string | undefined
}

/** One message to one channel. Sent again it keeps its id, so that who receives it can know it. */
export interface Notification {
  readonly id: string
  readonly system: string
  readonly kind: 'alerts' | 'notice' | 'canary' | 'test'
  readonly at: Date
  readonly locale: Locale
  /** The worst first; for a notice, a canary and a test, one item that says it all. */
  readonly items: readonly NotificationItem[]
  /** The address of this Vigie, when it has a public one. */
  readonly publicUrl: string | undefined
}

export type Delivery =
  | { readonly status: 'delivered'; readonly reference?: string }
  | {
      readonly status: 'refused'
      readonly reason: Text
      /** False when trying again cannot help: a wrong password, an address that does not exist. */
      readonly isRetryable: boolean
      /** Milliseconds that the other side asked us to wait. */
      readonly retryAfterMs?: number
    }

/** What `deliver` gets. All of it is bounded by the time limit through `signal`. */
export interface ChannelContext {
  readonly clock: Clock
  readonly http: HttpClient
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** The folder of the config file. Absolute. */
  readonly baseDir: string
  /** The value behind a reference. Throws `secret-missing`. */
  reveal(secret: Secret): Promise<string>
}

/** Figures, dates and own words of a message in its language and time zone. */
export interface ChannelWords {
  readonly format: Formatter
  text(text: Text): string
}

/** A way to tell somebody. `render` is pure; `deliver` sends once: when to try again is decided in one place, not here. */
export interface ChannelKind<Schema extends z.ZodType, Sent, Kind extends string = string> {
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  readonly options: Schema
  readonly messages: readonly AnyMessage[]
  render(notification: Notification, options: z.output<Schema>, words: ChannelWords): Sent
  deliver(message: Sent, options: z.output<Schema>, ctx: ChannelContext): Promise<Delivery>
}

// biome-ignore lint/suspicious/noExplicitAny: a catalog holds kinds of every option and message type.
export type AnyChannelKind = ChannelKind<z.ZodType, any>

/** Channel kinds that are loaded when they are asked for. */
export interface ChannelLibrary {
  readonly names: readonly string[]
  /** Those of the names that it has. */
  load(names: readonly string[]): Promise<readonly AnyChannelKind[]>
}

/** Types a channel kind without annotations. */
export function defineChannel<const Kind extends string, Schema extends z.ZodType, Sent>(
  kind: ChannelKind<Schema, Sent, Kind>,
): ChannelKind<Schema, Sent, Kind> {
  return kind
}
