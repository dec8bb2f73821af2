import { setTimeout as wait } from 'node:timers/promises'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'

const pollMs = 1000

type Seen = { readonly phase: string | null; readonly ratio: number | null }

// Shares of the whole are guesses; within a phase the server counts. Only the role of the session, and pg_monitor, see it.
const sql = `
  select phase, case
      when phase = 'scanning heap' then 0.6 * heap_blks_scanned / nullif(heap_blks_total, 0)
      when phase = 'vacuuming indexes' then 0.6
      when phase = 'vacuuming heap' then 0.7 + 0.15 * heap_blks_vacuumed / nullif(heap_blks_total, 0)
      when phase = 'initializing' then 0 else 0.85 end::float8 as ratio
  from pg_stat_progress_vacuum where pid = $1
  union all select 'analyze: ' || phase, (0.9 + 0.1 * sample_blks_scanned / nullif(sample_blks_total, 0))::float8
  from pg_stat_progress_analyze where pid = $1
  union all select 'index: ' || phase, case
      when phase like 'building index%' then 0.1 + 0.6 * coalesce(blocks_done::float8 / nullif(blocks_total, 0), tuples_done::float8 / nullif(tuples_total, 0))
      when phase like 'index validation: scanning index%' then 0.75
      when phase like 'index validation%' then 0.8
      when phase like 'initializing%' or phase like 'waiting for writers before build%' then 0.05 else 0.9 end::float8
  from pg_stat_progress_create_index where pid = $1`

/**
 * Does the work, and meanwhile asks the server from beside how far that session has come: shown as it goes, kept as one
 * piece of evidence. What cannot be seen is left out; it never ends the work.
 */
export async function withProgress<T>(
  component: Component<PostgresOptions>,
  pid: number,
  ctx: StepContext,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const phases: string[] = []
  const watching = watch(component, pid, { ...ctx, record: () => undefined }, over.signal, phases)
  try {
    return await work()
  } finally {
    over.abort()
    await watching
    if (phases.length > 0) ctx.record({ what: `progress of session ${pid}`, output: phases.join('\n') })
  }
}

async function watch(
  component: Component<PostgresOptions>,
  pid: number,
  ctx: StepContext,
  over: AbortSignal,
  phases: string[],
): Promise<void> {
  const started = ctx.clock.monotonicMs()
  let last = ''
  while (!over.aborted) {
    const isOver = await wait(pollMs, false, { signal: over }).catch(() => true)
    if (isOver || ctx.signal.aborted) return
    const answer = await ask<Seen>(component, { sql, values: () => [pid] }, ctx).catch(() => undefined)
    if (answer?.ok !== true) continue
    for (const { phase, ratio } of answer.rows) {
      if (ratio !== null) ctx.progress(ratio)
      if (phase === null || phase === last) continue
      last = phase
      phases.push(`${Math.round((ctx.clock.monotonicMs() - started) / 1000)} s: ${phase}`)
    }
  }
}
