import type { HeartbeatOptions } from '../config/heartbeat-schema.ts'
import type { System } from '../config/system.ts'
import type { Severity } from '../core/words.ts'

/** When the successes of a job are expected. */
export type Rhythm = { readonly everyMs: number } | { readonly at: string; readonly timezone: string }

/** A job that runs elsewhere and pings. */
export interface Heartbeat {
  readonly system: string
  readonly name: string
  readonly rhythm: Rhythm
  /** Milliseconds that it may be late, and that a run may take. */
  readonly graceMs: number
  readonly severity: Severity
  readonly key: HeartbeatOptions['key']
  /** The folder of the config file, to which `secretFile` is relative. */
  readonly baseDir: string
}

export function heartbeatsOf({ name: system, baseDir, settings }: System): readonly Heartbeat[] {
  return Object.entries(settings.heartbeats).map(([name, { key, every, at, timezone, grace, severity }]) => ({
    system,
    name,
    rhythm: at === undefined ? { everyMs: every ?? 0 } : { at, timezone: timezone ?? settings.timezone },
    graceMs: grace,
    severity,
    key,
    baseDir,
  }))
}
