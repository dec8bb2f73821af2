import * as z from 'zod'
import { type Component, defineCheck } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import type { JsonValue } from '../../../core/json.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { type DueRow, dueLimit, dueSql, type Server, serverSql } from '../autovacuum/due.ts'
import {
  autovacuumFine,
  autovacuumFirst,
  autovacuumMore,
  autovacuumOff,
  autovacuumTexts,
  autovacuumUncounted,
  maintainWorst,
  remedyOf,
  restartServer,
  subjectOf,
  titleOf,
} from '../autovacuum/texts.ts'
import { keyOf, type Waiting, waitingWork } from '../autovacuum/waiting.ts'
import { type Answer, ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { type Holder, holdersSql } from '../tables/horizon.ts'
import { blind, noRows, noTablesSeen, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'
import { toldAtMost } from '../told-findings.ts'

const snapshotName = 'autovacuum-due'
const dayMs = 86_400_000

/** Fewer rows may have changed this very minute. */
const firstLookRows = 10_000

/** Autovacuum freezes at once what has passed its limit: this far past, it does not. */
const freezeSlack = 1.1

export interface Sample {
  readonly now: number
  readonly due: Answer<DueRow>
  readonly server: Answer<Server & { readonly role: string }>
  readonly holder: Holder | undefined
  /** When earlier looks first saw what was due then; undefined without any. */
  readonly before: ReadonlyMap<string, number> | undefined
}

/** Tables for which autovacuum should have come by their own settings and did not, why, and what helps. */
export const autovacuumCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-autovacuum',
  summary: message('postgres.autovacuum-summary', {
    en: () => 'autovacuum comes when it is due',
    fr: () => "l'autovacuum passe quand il le faut",
  }),
  options: z.strictObject({
    /** A worker begins every autovacuum_naptime, a minute, and large tables take their time. */
    patience: durationSchema.default(3_600_000),
    /** Nobody was there to see since when: so many times its trigger is too much for a table that was just passed over. */
    firstLookTimes: z.number().min(1).default(2),
  }),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 3_600_000, alertsBy: 'status' },
  messages: [...postgresTexts, ...autovacuumTexts],
  probe: async (component, _, ctx): Promise<Sample> => {
    const now = ctx.clock.now().getTime()
    const due = await ask<DueRow>(component, { sql: dueSql }, ctx)
    const server = await ask<Server & { role: string }>(
      component,
      { sql: `${serverSql}, current_user::text as role` },
      ctx,
    )
    const holder = await oldestHolder(component, ctx)
    const before = await readBefore(ctx)
    if (due.ok && !due.isStandby && due.isCounting) {
      const kept = waitingWork(due.rows, before, now, holder).map((one) => [keyOf(one), one.since])
      await ctx.snapshots.keep(snapshotName, { due: Object.fromEntries(kept) })
    }
    return { now, due, server, holder, before }
  },
  judge: ({ now, due, server, holder, before }, { patience, firstLookTimes }) => {
    if (!due.ok) return blind(due)
    if (due.isStandby) return onlyOnPrimary()
    if (!due.isCounting) return nothingCounted()
    if (!server.ok) return blind(server)
    const [facts] = server.rows
    const total = due.rows[0]?.total
    if (facts === undefined || total === undefined) return noRows()
    if (total === 0) return noTablesSeen()
    const waiting = waitingWork(due.rows, before, now, holder)
    const isLate = (one: Waiting): boolean => {
      if (one.work === 'freeze') return one.amount > one.at * freezeSlack
      if (!one.isAutomatic) return true
      if (one.isFirstLook) return one.amount > one.at * firstLookTimes && one.amount >= firstLookRows
      return now - one.since >= patience
    }
    const late = furthest(
      facts.isOn ? waiting.filter(isLate) : waiting.filter((one) => one.work !== 'freeze' || isLate(one)),
    )
    const dueTables = due.rows[0]?.dueTotal ?? 0
    const measurements = {
      due_tables: dueTables,
      late_tables: late.length,
      longest_wait_ms: late.reduce((longest, { since }) => Math.max(longest, now - since), 0),
    }
    const told = late.slice(0, toldAtMost)
    const findings = told.map((one): FindingDraft => {
      const severity = one.work === 'freeze' ? 'high' : one.isFirstLook && one.isAutomatic ? 'low' : 'medium'
      return {
        subject: subjectOf(one),
        severity,
        title: titleOf(one, now),
        remedy: remedyOf(one, facts, holder, facts.role),
      }
    })
    const off: FindingDraft[] = facts.isOn
      ? []
      : [{ subject: '', severity: 'medium', title: autovacuumOff({ count: dueTables }), remedy: restartServer({}) }]
    const isCut = dueTables > due.rows.length
    const untold = late.length - told.length
    // Where autovacuum is off, all that wait for it are counted there.
    const others: FindingDraft[] =
      untold > 0 && facts.isOn
        ? [
            {
              subject: 'more',
              severity: 'low',
              title: autovacuumMore({ count: untold, isCut }),
              remedy: maintainWorst({}),
            },
          ]
        : []
    const all = [...off, ...findings, ...others]
    const [first] = all
    if (first !== undefined) {
      // Of what is late and not told one by one, an earlier finding is still true.
      const covers = isCut || untold > 0 ? { covers: ['', 'more', ...told.map(subjectOf)] } : {}
      return { status: statusOf(all), saw: total, measurements, findings: all, reason: first.title, ...covers }
    }
    // Those that are not known may wait for hours.
    if (isCut) {
      const reason = autovacuumUncounted({ due: dueTables, limit: dueLimit })
      return { status: 'error', reason, remedy: maintainWorst({}), measurements }
    }
    const counts = { count: total, due: dueTables }
    const isUnknown = before === undefined && dueTables > 0
    return {
      status: 'pass',
      saw: total,
      measurements,
      reason: isUnknown ? autovacuumFirst(counts) : autovacuumFine(counts),
    }
  },
})

/** One for each table: freezing first, then the furthest past its trigger. */
function furthest(waiting: readonly Waiting[]): readonly Waiting[] {
  const rank = ({ work, amount, at }: Waiting): number => (work === 'freeze' ? 1e9 : 1) * (amount / Math.max(at, 1))
  const sorted = waiting.toSorted((a, b) => rank(b) - rank(a))
  return [...Map.groupBy(sorted, subjectOf).values()].flatMap(([first]) => (first === undefined ? [] : [first]))
}

async function oldestHolder(component: Component<PostgresOptions>, ctx: StepContext): Promise<Holder | undefined> {
  const holders = await ask<Holder>(component, { sql: holdersSql }, ctx)
  const [oldest] = holders.ok ? holders.rows : []
  return oldest !== undefined && oldest.xids > 0 && (oldest.ageMs === null || oldest.ageMs > heldMs)
    ? oldest
    : undefined
}

/** A statement that runs for a few minutes holds up nobody. */
const heldMs = 5 * 60_000

async function readBefore(ctx: StepContext): Promise<ReadonlyMap<string, number> | undefined> {
  const last = (await ctx.snapshots.times(snapshotName, 7 * dayMs)).at(-1)
  const due = last && dueIn(await ctx.snapshots.read(snapshotName, last))
  if (due === undefined) return undefined
  return new Map(
    Object.entries(due).flatMap(([key, since]) => (typeof since === 'number' ? [[key, since] as const] : [])),
  )
}

/** Undefined of what cannot be read: that is no look at which nothing was due. */
function dueIn(body: JsonValue | undefined): object | undefined {
  const due =
    typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === 'due')?.[1] : undefined
  return typeof due === 'object' && due !== null ? due : undefined
}
