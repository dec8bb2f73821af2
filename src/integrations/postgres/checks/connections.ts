import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf, type Verdict } from '../../../core/verdict.ts'
import { askBouncer, type Bouncer, type BouncerAnswer } from '../connection/pgbouncer.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import {
  bouncerBlind,
  bouncerFull,
  bouncerReach,
  bouncerRemedy,
  clientsNear,
  clientsRemedy,
  connectionTexts,
  limitNear,
  limitRemedy,
  poolNear,
  poolRemedy,
  poolUnseen,
  used,
  waits,
} from '../sessions/connection-texts.ts'
import {
  type ConnectionGroup,
  type ConnectionLimit,
  type ConnectionUse,
  connectionUse,
} from '../sessions/connection-use.ts'
import { blind, grantMonitor, noRows, postgresTexts, reachRemedy } from '../texts.ts'

const options = z.strictObject({
  /** The guides that Vigie was made for: active connections below 80 % of the pool. */
  warn: z.number().positive().max(1).default(0.8),
  fail: z.number().positive().max(1).default(0.9),
  /** The application's own pool: how many connections its processes may have in all, and by which name or user they come. */
  pool: z
    .strictObject({
      size: z.number().int().positive(),
      application: z.string().min(1).optional(),
      user: z.string().min(1).optional(),
    })
    .optional(),
  /** In the queue of PgBouncer; after 30 s SQLAlchemy (pool_timeout) and HikariCP (connectionTimeout) give a request up. */
  longestWait: durationSchema.default(30_000),
})
type Limits = z.output<typeof options>

export interface Sample extends ConnectionUse {
  /** Undefined when the component names none. */
  readonly bouncer: BouncerAnswer | undefined
}

/** How many of the connections that programs can get are taken, of the server, a role, a database and the pools before it. */
export const connectionsCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-connections',
  summary: message('postgres.connections-summary', {
    en: () => 'connections are left',
    fr: () => 'il reste des connexions',
  }),
  options,
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [...postgresTexts, ...connectionTexts],
  probe: async (component, _, ctx): Promise<Sample> => ({
    ...(await connectionUse(component, ctx)),
    bouncer: await askBouncer(component.options, ctx),
  }),
  judge: ({ groups, limits, bouncer }, given) => {
    // That none is left for us is what `reachable` tells: one cause, one finding.
    if (!groups.ok) return blind(groups)
    const [first] = groups.rows
    if (first === undefined) return noRows()
    if (!limits.ok) return blind(limits)
    const { usable } = first
    const count = groups.rows.reduce((sum, row) => sum + row.count, 0)
    const reason = used({ used: count, usable, top: topOf(groups.rows) })
    const pool = poolOf(groups.rows, given)
    const seen = {
      saw: count,
      measurements: {
        connections: count,
        usable_connections: usable,
        used_ratio: usable === 0 ? 1 : count / usable,
        ...byState(groups.rows),
        ...(pool !== undefined && pool.unseen === 0 && { pool_ratio: pool.inUse / pool.size }),
        ...(bouncer?.ok === true && bouncerMeasurements(bouncer.bouncer)),
      },
    }
    const grade = gradeBy(given)
    const findings = [
      ...grade(count, usable, { subject: '', title: reason, remedy: reachRemedy({ why: 'too-many-connections' }) }),
      ...limits.rows.flatMap((limit) => grade(limit.count, limit.allowed, ofLimit(limit))),
      ...(pool === undefined ? [] : grade(pool.inUse, pool.size, ofPool(pool))),
      ...(bouncer?.ok === true ? ofBouncer(bouncer.bouncer, given) : []),
    ]
    const open = openQuestion(pool, bouncer, first.role)
    if (findings.length > 0) {
      // Of what could not be seen nothing is closed.
      const known = [
        '',
        ...limits.rows.map((limit) => ofLimit(limit).subject),
        ...findings.map(({ subject }) => subject),
      ]
      const covers = open === undefined ? {} : { covers: [...new Set(known)] }
      return { status: statusOf(findings), ...seen, findings, reason: findings[0]?.title ?? reason, ...covers }
    }
    return open === undefined ? { status: 'pass', ...seen, reason } : { ...open, measurements: seen.measurements }
  },
})

type Near = Omit<FindingDraft, 'severity'>

/** A finding when so much of the limit is taken. */
function gradeBy({ warn, fail }: Limits) {
  return (count: number, allowed: number, near: Near): readonly FindingDraft[] => {
    const ratio = allowed === 0 ? 1 : count / allowed
    // A limit of none on purpose is no lack of them.
    if ((allowed === 0 && count === 0) || ratio < Math.min(warn, fail)) return []
    return [{ ...near, severity: ratio >= fail ? 'critical' : 'medium' }]
  }
}

function ofLimit({ type, name, count, allowed }: ConnectionLimit): Near {
  const statement = `ALTER ${type === 'role' ? 'ROLE' : 'DATABASE'} ${quoted(name)} CONNECTION LIMIT ${allowed * 2};`
  const title = limitNear({ type, name, count, allowed })
  return { subject: `${type}:${name}`, title, remedy: limitRemedy({ statement }) }
}

interface Pool {
  readonly inUse: number
  readonly unseen: number
  readonly size: number
}

/** A connection of the pool is in use while it works and while its transaction is open. */
function poolOf(groups: readonly ConnectionGroup[], { pool }: Limits): Pool | undefined {
  if (pool === undefined) return undefined
  const { size, application, user } = pool
  const own = groups.filter(
    (one) =>
      (application === undefined ? one.application !== 'vigie' : one.application === application) &&
      (user === undefined || one.user === user),
  )
  const sum = (rows: readonly ConnectionGroup[]): number => rows.reduce((total, row) => total + row.count, 0)
  const unseen = sum(own.filter(({ state }) => state === 'unknown'))
  return { inUse: sum(own.filter(({ state }) => state !== 'idle' && state !== 'unknown')), unseen, size }
}

function ofPool({ inUse, size }: Pool): Near {
  return { subject: 'pool', title: poolNear({ inUse, size }), remedy: poolRemedy({}) }
}

function ofBouncer({ pools, clients, maxClients }: Bouncer, given: Limits): readonly FindingDraft[] {
  const near = { subject: 'pgbouncer', title: clientsNear({ clients, allowed: maxClients }), remedy: clientsRemedy({}) }
  return [
    ...pools.flatMap(({ database, user, waiting, longestWaitMs, used: atWork, size }): readonly FindingDraft[] => {
      const pool = `${database}/${user}`
      const about = { subject: `pgbouncer:${pool}`, remedy: bouncerRemedy({}) }
      if (waiting > 0) {
        const title = waits({ pool, waiting, longestMs: longestWaitMs, used: atWork, size })
        return [{ ...about, title, severity: longestWaitMs >= given.longestWait ? 'critical' : 'medium' }]
      }
      // All of it at work is no fault as long as nobody waits.
      const isNear = size > 0 && atWork / size >= given.warn
      return isNear ? [{ ...about, title: bouncerFull({ pool, used: atWork, size }), severity: 'medium' }] : []
    }),
    ...gradeBy(given)(clients, maxClients, near),
  ]
}

function bouncerMeasurements({ pools, clients, maxClients }: Bouncer): Readonly<Record<string, number>> {
  return {
    pgbouncer_waiting_clients: pools.reduce((sum, { waiting }) => sum + waiting, 0),
    pgbouncer_longest_wait_ms: Math.max(0, ...pools.map(({ longestWaitMs }) => longestWaitMs)),
    pgbouncer_used_ratio: Math.max(0, ...pools.map(({ used: atWork, size }) => (size === 0 ? 0 : atWork / size))),
    pgbouncer_clients_ratio: maxClients === 0 ? 1 : clients / maxClients,
  }
}

function openQuestion(
  pool: Pool | undefined,
  bouncer: BouncerAnswer | undefined,
  role: string,
): Extract<Verdict, { status: 'error' }> | undefined {
  if (bouncer?.ok === false)
    return { status: 'error', reason: bouncerBlind({ detail: bouncer.detail }), remedy: bouncerReach({}) }
  if (pool === undefined || pool.unseen === 0) return undefined
  return { status: 'error', reason: poolUnseen({ count: pool.unseen }), remedy: grantMonitor({ role: quoted(role) }) }
}

function byState(groups: readonly ConnectionGroup[]): Readonly<Record<string, number>> {
  const states = Map.groupBy(groups, ({ state }) => state.replaceAll(' ', '_'))
  return Object.fromEntries(
    [...states].map(([state, rows]) => [`connections:${state}`, rows.reduce((sum, row) => sum + row.count, 0)]),
  )
}

function topOf(groups: readonly ConnectionGroup[]): string {
  return groups
    .slice(0, 3)
    .map(({ user, application, state, count }) => `${application || '–'} (${user}) ${state} ${count}`)
    .join(', ')
}
