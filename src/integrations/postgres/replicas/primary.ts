import type { Component } from '../../../core/check.ts'
import type { HistoryPoint, StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'

/** Which server it is, and how far its transactions have come. */
export type Primary = {
  /** Given at initdb: a copy of the data in another cluster has another. */
  readonly system: string
  /** 1 from initdb; one more at each promotion. */
  readonly timeline: number
  /** 64-bit ids: every transaction below the first has ended, none has the second yet. */
  readonly oldestXid: number
  readonly nextXid: number
}

/** A primary as this look and the earlier ones of the same step saw it. */
export interface PrimarySight {
  readonly primary: Answer<Primary>
  /** `oldestXid` at earlier looks at this very server and timeline, oldest first. */
  readonly xidsBefore: readonly HistoryPoint[]
  /** How long ago its timeline began; undefined when the role may not see it, or when it is the first. */
  readonly promotedAgeMs: number | undefined
}

const sql = `
  select (select system_identifier::text from pg_control_system()) as system,
         ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline,
         pg_snapshot_xmin(pg_current_snapshot())::text::float8 as "oldestXid",
         pg_snapshot_xmax(pg_current_snapshot())::text::float8 as "nextXid"`

/** A promotion writes the history of the new timeline; pg_monitor sees the file. */
const promotionSql = `
  select (extract(epoch from now() - modification) * 1000)::float8 as "ageMs"
  from pg_ls_waldir() where name = lpad(upper(to_hex($1::int)), 8, '0') || '.history'`

/** The name of the measurement that holds `oldestXid`: ids of another server, or of another timeline, prove nothing here. */
export function xidMeasurement({ system, timeline }: Primary): string {
  return `oldest_xid:${system}:${timeline}`
}

/** Asks a primary who it is; `historyMs` bounds what is read of the earlier looks. A standby is not asked. */
export async function primarySight(
  component: Component<PostgresOptions>,
  historyMs: number,
  ctx: StepContext,
): Promise<PrimarySight> {
  const primary = await ask<Primary>(component, { sql }, ctx)
  const told = primary.ok ? primary.rows[0] : undefined
  if (told === undefined) return { primary, xidsBefore: [], promotedAgeMs: undefined }
  const xidsBefore = await ctx.history(xidMeasurement(told), historyMs)
  if (told.timeline === 1) return { primary, xidsBefore, promotedAgeMs: undefined }
  const answer = await ask<{ ageMs: number }>(component, { sql: promotionSql, values: () => [told.timeline] }, ctx)
  return { primary, xidsBefore, promotedAgeMs: answer.ok ? answer.rows[0]?.ageMs : undefined }
}

/**
 * For how long this server is known to have been the primary, in milliseconds: what a standby counted before it was
 * promoted says nothing of what the primary of then was asked. Infinite when it never was anything else.
 */
export function primaryAgeMs({ primary, xidsBefore, promotedAgeMs = 0 }: PrimarySight, now: number): number {
  const told = primary.ok ? primary.rows[0] : undefined
  if (told?.timeline === 1) return Number.POSITIVE_INFINITY
  return Math.max(promotedAgeMs, ...xidsBefore.slice(0, 1).map(({ at }) => now - at.getTime()))
}
