import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import type { Making } from './index-spec.ts'

const pollMs = 2000

type Progress = {
  readonly phase: string
  /** Of what the phase counts: blocks, rows, sessions waited for; null when it counts nothing. */
  readonly ratio: number | null
}

const sql = `
  select phase, case when phase like 'waiting%' then lockers_done::float8 / nullif(lockers_total, 0)
                     when tuples_total > 0 then tuples_done::float8 / tuples_total
                     else blocks_done::float8 / nullif(blocks_total, 0) end as ratio
  from pg_stat_progress_create_index where pid = $1`

/** Does the work, and keeps as evidence through which phases PostgreSQL went and how far, at each tenth of them. */
export async function whileTold<T>(
  component: Component<PostgresOptions>,
  { schema, name }: Making,
  pid: number,
  ctx: StepContext,
  work: () => Promise<T>,
): Promise<T> {
  const quiet: StepContext = { ...ctx, record: () => undefined }
  let last = ''
  let isAsking = false
  const look = async (): Promise<void> => {
    if (isAsking || ctx.signal.aborted) return
    isAsking = true
    try {
      const answer = await ask<Progress>(component, { sql, values: () => [pid] }, quiet)
      const seen = answer.ok ? answer.rows[0] : undefined
      const told = seen && `${seen.phase}${seen.ratio === null ? '' : `, ${Math.floor(seen.ratio * 10) * 10} %`}`
      if (told !== undefined && told !== last) ctx.record({ what: `build of ${schema}.${name}`, output: told })
      last = told ?? last
    } finally {
      isAsking = false
    }
  }
  // What it cannot see it does not tell; the work goes on.
  const timer = setInterval(() => void look().catch(() => undefined), pollMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
