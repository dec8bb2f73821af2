import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noRows, postgresTexts, reachRemedy } from '../texts.ts'

const used = message<{ used: number; usable: number; top: string }>('postgres.connections-used', {
  en: (p) => `${p.used} of ${p.usable} connections taken (${p.top})`,
  fr: (p) => `${p.used} connexions prises sur ${p.usable} (${p.top})`,
})

// What superusers and, from 16 on, roles with pg_use_reserved_connections keep for themselves no program gets.
const sql = `
  select coalesce(application_name, '') as application, coalesce(state, 'unknown') as state, count(*)::int as count,
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0) as usable
  from pg_stat_activity
  where usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend'
  group by 1, 2 order by 3 desc`

type Group = { readonly application: string; readonly state: string; readonly count: number; readonly usable: number }

/** How many of the connections that programs can get are taken, and by whom. */
export const connectionsCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-connections',
  summary: message('postgres.connections-summary', {
    en: () => 'connections are left',
    fr: () => 'il reste des connexions',
  }),
  options: z.strictObject({
    /** The guides that Vigie was made for: active connections below 80 % of the pool. */
    warn: z.number().positive().max(1).default(0.8),
    fail: z.number().positive().max(1).default(0.9),
  }),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [...postgresTexts, used],
  probe: (component, _, ctx) => ask<Group>(component, { sql }, ctx),
  judge: (answer, { warn, fail }) => {
    if (!answer.ok) return blind(answer)
    const [first] = answer.rows
    if (first === undefined) return noRows()
    const { usable } = first
    const count = answer.rows.reduce((sum, row) => sum + row.count, 0)
    const ratio = usable === 0 ? 1 : count / usable
    const byState = Map.groupBy(answer.rows, ({ state }) => state.replaceAll(' ', '_'))
    const states = [...byState].map(([state, rows]) => [
      `connections:${state}`,
      rows.reduce((sum, row) => sum + row.count, 0),
    ])
    const measurements = {
      connections: count,
      usable_connections: usable,
      used_ratio: ratio,
      ...Object.fromEntries(states),
    }
    const top = answer.rows
      .slice(0, 3)
      .map(({ application, state, count: n }) => `${application || '–'} ${state} ${n}`)
      .join(', ')
    const reason = used({ used: count, usable, top })
    if (ratio < warn && ratio < fail) return { status: 'pass', saw: count, measurements, reason }
    const remedy = reachRemedy({ why: 'too-many-connections' })
    return { status: ratio >= fail ? 'fail' : 'warn', saw: count, measurements, reason, remedy }
  },
})
