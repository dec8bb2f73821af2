import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { type Acting, acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { withProgress } from '../acting/progress-beside.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import {
  type CareNeeded,
  careNeeded,
  type TableFigures,
  type TableNeedFacts,
  tableFiguresSql,
  tableNeedsSql,
} from '../tables/care-of-tables.ts'
import {
  analyzed,
  care,
  careDenied,
  careDone,
  cared,
  careGone,
  careLocked,
  careUncounted,
  careUnderWay,
  maintainTexts,
  mayNothing,
  mayNothingRemedy,
  noSuchTable,
  noSuchTableRemedy,
  type Why,
} from '../tables/maintain-texts.ts'
import { noTablesSeen, nothingCounted, postgresTexts } from '../texts.ts'

const hourMs = 3_600_000
/** Before PostgreSQL 15 what was done is counted by a process of its own, soon after. */
const countedLimitMs = 10_000
const pollMs = 100

const options = z.strictObject({
  /** This one table, whether it needs it or not: `orders`, `public.orders`; '' is all that need it. */
  table: z.string().max(200).default(''),
  /** Below so many dead or changed rows nothing is worth the while. */
  minRows: z.number().int().min(0).default(1000),
  /** Of autovacuum_freeze_max_age; vacuum_freeze_table_age stands at 0.75 of it by default. */
  freezeRatio: z.number().min(0.1).max(1).default(0.75),
  /** The worst so many in one run. */
  atMost: z.number().int().min(1).max(10_000).default(100),
  /** vacuum_cost_limit with a delay of 2 ms, as autovacuum has it: 200 there, 10,000 at most. */
  costLimit: z.number().int().min(1).max(10_000).default(2000),
})

/** VACUUM and ANALYZE where a table needs it, the worst first, with the figures before and after. */
export const maintainTask = defineTask<PostgresOptions>()({
  kind: 'postgres-maintain',
  summary: message('postgres.maintain-summary', {
    en: () => 'vacuum and analyze where needed',
    fr: () => 'vacuum et analyze là où il le faut',
  }),
  options,
  effect: 'change',
  isIdempotent: true,
  cadence: 'weekly',
  criticality: 'important',
  timeoutMs: 4 * hourMs,
  messages: [...new Set([...postgresTexts, ...actingTexts, ...maintainTexts])],
  plan: async (component, limits, ctx) =>
    acting(component.options, ctx, async (session) => {
      const all = await lookAtTables(session, null)
      if (limits.table !== '') return [await actionOn(session, asked(all, limits.table), await roleOf(session))]
      const needed = careNeeded(all, limits)
      const { hasMaintain, role } = await roleOf(session)
      if (needed.length > 0 && needed.every(({ facts }) => !facts.mayMaintain))
        throw new VigieError('action-refused', mayNothing({ count: needed.length, role }), {
          hint: mayNothingRemedy({ role: quoted(role), hasMaintain }),
        })
      const chosen = needed.slice(0, limits.atMost)
      ctx.record({ what: 'tables that need care', output: `${needed.length} of ${all.length}, ${chosen.length} now` })
      return actionsOn(session, chosen)
    }),
  execute: async ({ expected }, component, limits, ctx) =>
    acting(component.options, ctx, async (session) => {
      await awaitRoom(session, component.options.limits, ctx)
      const [facts] = await lookAtTables(session, Number(expected['oid']))
      if (facts === undefined || facts.schema !== expected['schema'] || facts.table !== expected['table'])
        return { status: 'skipped', reason: careGone({}) }
      const table = quoted(facts.schema, facts.table)
      if (facts.isUnderWay) return { status: 'skipped', reason: careUnderWay({}) }
      if (!facts.mayMaintain) {
        const { role, hasMaintain } = await roleOf(session)
        return { status: 'skipped', reason: careDenied({ table, role: quoted(role), hasMaintain }) }
      }
      const [needed] = limits.table === '' ? careNeeded([facts], limits) : [onDemand(facts)]
      if (needed === undefined) return { status: 'skipped', reason: careDone({}) }
      const before = await figuresOf(session, facts.oid)
      const started = ctx.clock.monotonicMs()
      await session.query(`set vacuum_cost_delay = '2ms'; set vacuum_cost_limit = ${limits.costLimit}`)
      try {
        await withProgress(component, session.pid, ctx, () => session.query(statementOf(needed, table)))
      } catch (error) {
        if (isRefusedFor(error, 'lock')) return { status: 'skipped', reason: careLocked({}) }
        if (isRefusedFor(error, 'gone')) return { status: 'skipped', reason: careGone({}) }
        throw error
      }
      const ms = Math.round(ctx.clock.monotonicMs() - started)
      // Before PostgreSQL 14 the analyze of one that stands for its partitions is not counted.
      const isUncounted = facts.isPartitioned && session.serverVersion < 140_000
      const after = isUncounted ? before : await counted(session, before, needed.how, ctx)
      // Who may not vacuum a table gets a warning of PostgreSQL, and no error.
      if (after === undefined) return { status: 'skipped', reason: careUncounted({}) }
      if (needed.how === 'analyze') return { status: 'done', changed: true, note: analyzed({ rows: facts.rows, ms }) }
      const isHeld = before.dead >= limits.minRows && after.dead > before.dead / 2
      const note = cared({
        ...{ dead: before.dead, deadAfter: after.dead, bytes: before.bytes, bytesAfter: after.bytes },
        ...{ ms, isHeld },
      })
      return { status: 'done', changed: true, note, bytes: Math.max(0, before.bytes - after.bytes) }
    }),
})

type Needed = Omit<CareNeeded, 'why'> & { readonly why: readonly Why[] }

async function lookAtTables(session: Acting, oid: number | null): Promise<readonly TableNeedFacts[]> {
  const { rows } = await session.query<{ isCounting: boolean }>(
    `select current_setting('track_counts')::bool as "isCounting"`,
  )
  const refusal = rows[0]?.isCounting === true ? undefined : nothingCounted()
  const found = refusal === undefined ? (await session.query<TableNeedFacts>(tableNeedsSql, [oid])).rows : []
  const blind = refusal ?? (oid === null && found.length === 0 ? noTablesSeen() : undefined)
  if (blind?.status === 'error')
    throw new VigieError('action-refused', blind.reason, blind.remedy && { hint: blind.remedy })
  return found
}

/** The one table of that name. Throws `action-refused` when there is none, or several. */
function asked(all: readonly TableNeedFacts[], name: string): Needed {
  const exact = all.filter(({ schema, table }) => `${schema}.${table}` === name)
  const found = exact.length > 0 ? exact : all.filter(({ table }) => table === name)
  const [only] = found
  if (only === undefined || found.length > 1)
    throw new VigieError('action-refused', noSuchTable({ name, count: found.length }), { hint: noSuchTableRemedy({}) })
  return onDemand(only)
}

function onDemand(facts: TableNeedFacts): Needed {
  return { facts, why: ['asked'], how: facts.isPartitioned ? 'analyze' : 'vacuum', urgency: 0 }
}

async function actionOn(session: Acting, needed: Needed, { role, hasMaintain }: Role): Promise<Action> {
  const { facts } = needed
  if (!facts.mayMaintain)
    throw new VigieError('action-refused', mayNothing({ count: 1, role }), {
      hint: careDenied({ table: quoted(facts.schema, facts.table), role: quoted(role), hasMaintain }),
    })
  const [action] = await actionsOn(session, [needed])
  if (action === undefined) throw new Error('a table has an action')
  return action
}

/** Figures stand in the summary alone: an approval holds though rows come and go. */
async function actionsOn(session: Acting, chosen: readonly Needed[]): Promise<readonly Action[]> {
  const { rows } = await session.query<TableFigures>(tableFiguresSql, [chosen.map(({ facts }) => facts.oid)])
  const bytesOf = new Map(rows.map(({ oid, bytes }) => [oid, bytes]))
  return chosen.map(({ facts, how, why }) => {
    const { oid, schema, table, live, dead, modified, inserted, freezeRatio } = facts
    const name = `${schema}.${table}`
    return {
      summary: care({
        ...{ table: name, how, why, bytes: bytesOf.get(oid) ?? 0, live, dead, modified, inserted, freezeRatio },
      }),
      effect: 'change',
      target: name,
      expected: { oid, schema, table, how },
    }
  })
}

async function figuresOf(session: Acting, oid: number): Promise<TableFigures> {
  const { rows } = await session.query<TableFigures>(tableFiguresSql, [[oid]])
  return rows[0] ?? { oid, bytes: 0, dead: 0, vacuums: 0, analyzes: 0 }
}

/** The figures once the server has counted it; undefined when it never does. */
async function counted(
  session: Acting,
  before: TableFigures,
  how: Needed['how'],
  ctx: StepContext,
): Promise<TableFigures | undefined> {
  const until = ctx.clock.monotonicMs() + countedLimitMs
  for (;;) {
    const now = await figuresOf(session, before.oid)
    if (how === 'vacuum' ? now.vacuums > before.vacuums : now.analyzes > before.analyzes) return now
    if (ctx.clock.monotonicMs() > until) return undefined
    await wait(pollMs, undefined, { signal: ctx.signal })
  }
}

/** A table whose own limit is below vacuum_freeze_min_age would stay as old as it is without FREEZE. */
function statementOf({ how, why }: Needed, table: string): string {
  if (how === 'analyze') return `analyze ${table}`
  return why.includes('freeze') ? `vacuum (freeze, analyze) ${table}` : `vacuum (analyze) ${table}`
}

type Role = { readonly role: string; readonly hasMaintain: boolean }

async function roleOf(session: Acting): Promise<Role> {
  const { rows } = await session.query<{ role: string }>('select current_user as role')
  return { role: rows[0]?.role ?? '', hasMaintain: session.serverVersion >= 170_000 }
}
