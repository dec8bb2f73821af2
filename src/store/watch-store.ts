import type { Alert, AlertState } from '../core/alert.ts'
import type { NotificationItem } from '../core/channel.ts'
import type { Text } from '../core/message.ts'
import type { Labels, Point } from '../core/series.ts'

export interface SeriesRow {
  readonly id: number
  readonly name: string
  readonly labels: Labels
}

/** The newest points of every series of a system. */
export interface SeriesStore {
  /** Keeps points in one transaction; a point that is there already (same series and time) is replaced. */
  add(system: string, points: readonly Point[]): Promise<void>
  /** Series of a name whose labels hold all of `labels`. */
  find(system: string, name: string, labels?: Labels): Promise<readonly SeriesRow[]>
  names(system: string): Promise<readonly string[]>
  /** Oldest first, `since` and `until` included, in milliseconds. */
  points(
    series: number,
    since: number,
    until: number,
  ): Promise<readonly { readonly at: number; readonly value: number }[]>
  /** All points before a time, in pages, for the history; then `removeBefore`. */
  before(at: number, limit: number): Promise<readonly (Point & { readonly system: string })[]>
  removeBefore(at: number): Promise<number>
}

/** One thing that is to be told on one channel; its id is that of the alert, the change and the channel. */
export interface OutboxItem {
  readonly id: string
  readonly system: string
  readonly channel: string
  readonly at: Date
  readonly item: NotificationItem
}

export interface AlertStore {
  /**
   * Keeps what was decided in one transaction: the alerts as they are now, and what is to be told of them. What this
   * returned from is told, whatever happens next; an outbox item whose id is known already is not added again.
   */
  decide(alerts: readonly Alert[], outbox: readonly OutboxItem[]): Promise<void>
  get(id: string): Promise<Alert | undefined>
  /** By state, or the newest first of all. */
  list(filter: { system?: string; states?: readonly AlertState[]; limit: number }): Promise<readonly Alert[]>
  /** False when it was acknowledged before, or is over. */
  acknowledge(id: string, by: string, at: Date): Promise<boolean>
}

export interface SilenceRow {
  readonly id: string
  readonly system: string
  readonly matcher: { readonly component?: string; readonly rule?: string; readonly labels?: Labels }
  readonly reason: string
  readonly createdBy: string
  readonly startsAt: Date
  readonly endsAt: Date
}

export interface SilenceStore {
  add(row: SilenceRow): Promise<void>
  end(id: string, at: Date): Promise<boolean>
  /** Those that hold at a time. */
  at(system: string, time: Date): Promise<readonly SilenceRow[]>
}

export type MessageState = 'waiting' | 'delivered' | 'given-up'

/** One message to one channel, made of outbox items, with its attempts. */
export interface MessageRow {
  readonly id: string
  readonly system: string
  readonly channel: string
  readonly kind: 'alerts' | 'notice' | 'canary' | 'test'
  readonly at: Date
  readonly state: MessageState
  readonly attempts: number
  readonly nextAttemptAt: Date
  readonly lastError: Text | undefined
  readonly deliveredAt: Date | undefined
  readonly fallbackOf: string | undefined
  readonly items: readonly NotificationItem[]
}

export interface OutboxStore {
  /** Items that are part of no message yet, oldest first. */
  loose(limit: number): Promise<readonly OutboxItem[]>
  /** Makes a message of items in one transaction; false when another process took one of them. */
  gather(message: MessageRow, items: readonly string[]): Promise<boolean>
  /** A message that says something of itself: a canary, a notice, a test, a stand-in on another channel. */
  add(message: MessageRow): Promise<void>
  /** When the latest message to a channel of a system was made. */
  latestAt(system: string, channel: string): Promise<Date | undefined>
  /** Takes waiting messages that are due and that nobody is sending, until `claimedUntil`. */
  claim(sender: string, now: Date, claimedUntil: Date, limit: number): Promise<readonly MessageRow[]>
  /** Writes down how an attempt ended; false when the claim was lost meanwhile. */
  settle(
    id: string,
    sender: string,
    end: Pick<MessageRow, 'state' | 'attempts' | 'nextAttemptAt' | 'lastError' | 'deliveredAt'>,
  ): Promise<boolean>
  list(filter: { system?: string; state?: MessageState; limit: number }): Promise<readonly MessageRow[]>
  prove(system: string, channel: string, at: Date, by: string): Promise<void>
  proofs(system: string): Promise<ReadonlyMap<string, { readonly at: Date; readonly by: string }>>
}

export interface HeartbeatRow {
  readonly system: string
  readonly name: string
  readonly status: 'new' | 'started' | 'up' | 'failed'
  readonly lastPingAt: Date | undefined
  readonly lastStartAt: Date | undefined
  readonly lastSuccessAt: Date | undefined
  readonly lastRunId: string | undefined
  readonly lastDurationMs: number | undefined
  readonly lastExitCode: number | undefined
}

export interface PingRow {
  readonly system: string
  readonly heartbeat: string
  readonly at: Date
  readonly kind: 'start' | 'success' | 'fail' | 'log'
  readonly exitCode: number | undefined
  readonly runId: string | undefined
  readonly durationMs: number | undefined
  /** The address it came from. */
  readonly source: string
  /** The beginning of what was sent with it. */
  readonly body: string | undefined
}

export interface HeartbeatStore {
  /** Keeps a ping and what is now known of its heartbeat, in one transaction. */
  ping(row: PingRow, state: HeartbeatRow): Promise<void>
  get(system: string, name: string): Promise<HeartbeatRow | undefined>
  list(system: string): Promise<readonly HeartbeatRow[]>
  /** The newest first. */
  pings(system: string, name: string, limit: number): Promise<readonly PingRow[]>
}

export interface OwnKeyStore {
  /** The secret of that name; `make` gives it when there is none yet, and the first of two processes wins. */
  getOrMake(name: string, make: () => string, at: Date): Promise<string>
}
