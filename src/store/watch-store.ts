import type { Alert, AlertState } from '../core/alert.ts'
import type { NotificationItem } from '../core/channel.ts'
import type { Text } from '../core/message.ts'
import type { Labels, Point } from '../core/series.ts'

export interface SeriesRow {
  readonly id: number
  readonly name: string
  readonly labels: Labels
}

/** A point as it is kept; the series tells the rest. */
export interface HotPoint {
  readonly series: number
  readonly at: number
  readonly value: number
}

/** The points of a series in one step of time, which begins at `at`. */
export interface PointStep {
  readonly series: number
  readonly at: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly count: number
}

/** The points of one series from a time to another, and how many they are. */
export interface PointSpan {
  readonly series: number
  readonly since: number
  readonly until: number
  readonly count: number
}

/** The newest points of every series of a system. */
export interface SeriesStore {
  /**
   * Keeps points in one transaction; a point that is there already (same series and time) is replaced, and of two in one
   * call the later counts. What is no finite number is left out. A label value longer than 200 characters is kept as its
   * beginning and a hash of the whole.
   */
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
  /** The series of these numbers, those that there are. */
  series(ids: readonly number[]): Promise<readonly (SeriesRow & { readonly system: string })[]>
  /** When the oldest and the newest point of a system was, or of all systems; undefined when there is none. */
  span(system?: string): Promise<{ readonly oldest: number; readonly newest: number } | undefined>
  /** Points from a time on and before another, a page of them, by series and then time; `after` is the last of the page before. */
  page(
    since: number,
    until: number,
    limit: number,
    after?: Pick<HotPoint, 'series' | 'at'>,
  ): Promise<readonly HotPoint[]>
  /** The points from a time on and before another in steps, by series and then time; a step begins at a multiple of itself. */
  steps(series: readonly number[], since: number, until: number, stepMs: number): Promise<readonly PointStep[]>
  /**
   * Removes the points of these spans, ends included, in one transaction; nothing and false when one of them has another
   * number of points by now.
   */
  remove(spans: readonly PointSpan[]): Promise<boolean>
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
   * returned from is told, whatever happens next; an outbox item whose id is known already is not added again. Of one
   * alert that is given twice the later counts. What is over stays over: who did not know that yet changes and tells
   * nothing of it. One alert is open for a key: a second one, of another process or of a decision of which nobody knew
   * that it was kept, is neither kept nor told. Gives the ids of those, with the id of the one that is open.
   */
  decide(alerts: readonly Alert[], outbox: readonly OutboxItem[]): Promise<ReadonlyMap<string, string>>
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

/** Which messages a sender would take. */
export interface Claim {
  /** Who sends: one process that lives once. */
  readonly sender: string
  /** Those that this process looks after; others on the same store look after theirs. */
  readonly systems: readonly string[]
  readonly now: Date
  /** Until when nobody else may take them. */
  readonly until: Date
  /** No attempt is ever put off longer: what is to wait beyond it was written before the clock stepped back. */
  readonly latestAttempt: Date
  /** Channels that this process is sending to already. */
  readonly except: readonly ChannelName[]
}

export interface ChannelName {
  readonly system: string
  readonly channel: string
}

export interface OutboxStore {
  /** Channels of the systems that have items which are part of no message yet. */
  looseChannels(systems: readonly string[]): Promise<readonly ChannelName[]>
  /** Items of a channel that are part of no message yet, oldest first. */
  loose(of: ChannelName, limit: number): Promise<readonly OutboxItem[]>
  /** The items of these ids, those that there are, with the message that each is part of. */
  items(ids: readonly string[]): Promise<readonly (OutboxItem & { readonly message: string | undefined })[]>
  /** When the latest message was gathered for a channel, whatever became of it. */
  gatheredAt(of: ChannelName): Promise<Date | undefined>
  /** Whether a message to the channel was refused and is tried again. */
  isFailing(of: ChannelName): Promise<boolean>
  /**
   * Makes a message of items in one transaction. False, and nothing is done, when another process took one of them or
   * gathered for this channel since `seen`, which is what `gatheredAt` said.
   */
  gather(message: MessageRow, items: readonly string[], seen: Date | undefined): Promise<boolean>
  /** A message that says something of itself: a canary, a notice, a test, a stand-in. False when its id is known already. */
  add(message: MessageRow): Promise<boolean>
  /** Takes waiting messages that are due and that nobody is sending: of each channel the one that is due longest. */
  claim(claim: Claim): Promise<readonly MessageRow[]>
  /** Writes down how an attempt ended; false when the claim was lost meanwhile. */
  settle(
    id: string,
    sender: string,
    end: Pick<MessageRow, 'state' | 'attempts' | 'nextAttemptAt' | 'lastError' | 'deliveredAt'>,
  ): Promise<boolean>
  get(id: string): Promise<MessageRow | undefined>
  /** The newest first. */
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
