import type { Text } from '../core/message.ts'

/** The latest look of the watch at a step. */
export interface LastLookRow {
  readonly step: string
  readonly status: string
  readonly reason: Text | undefined
  readonly at: Date
}

/** The last sign of life of the process that watches a system. */
export interface WatchBeat {
  readonly at: Date
  readonly startedAt: Date
  /** It ended as it was told to; undefined while it watches, and when it was killed. */
  readonly stoppedAt: Date | undefined
  readonly host: string
  readonly pid: number
}

/** What the watch saw last, for whoever asks without it. */
export interface LastLookStore {
  /** Keeps a sign of life, and looks in the place of those before, in one transaction. */
  keep(system: string, beat: WatchBeat, looks: readonly LastLookRow[]): Promise<void>
  /** In the order of their steps. */
  looks(system: string): Promise<readonly LastLookRow[]>
  /** Undefined: nobody ever watched it. */
  beat(system: string): Promise<WatchBeat | undefined>
}
