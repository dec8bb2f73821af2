import assert from 'node:assert/strict'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Point } from '../../../src/core/series.ts'
import { createMetricsHistory } from '../../../src/metrics/metrics-history.ts'
import { openStore } from '../../../src/store/open.ts'
import { type ScratchSystem, scratchSystem } from '../../../test/support/scratch-system.ts'
import { step, tell, vigie } from '../parts/program.ts'

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]
/** As often as the watch looks at processors. */
const everyMs = 15 * second
/** A judgement stands between two points, and is made every ten seconds. */
const slackMs = 45 * second

/** Four days of processors: the oldest are in Parquet files only. The rule is asked when it would have fired. */
export async function recordedDay(): Promise<void> {
  step('vigie alerts test over days of recorded history')
  const system = scratchSystem(`import { defineSystem, host } from 'vigie'
export default defineSystem({ name: 'Shop', timezone: 'Europe/Paris', components: { machine: host() } })
`)
  try {
    const now = Date.now()
    const oldest = Math.floor(now / day) * day - 3 * day
    const busy = { old: oldest + 9 * hour, fresh: now - 3 * hour }
    const cpuAt = (at: number): number => {
      const isWithin = (from: number, span: number): boolean => at >= from && at < from + span
      if (isWithin(busy.old, 40 * minute) || isWithin(busy.fresh, hour)) return 0.9
      // Four minutes above the limit are none of its business.
      if (isWithin(oldest + 14 * hour, 4 * minute)) return 0.95
      return 0.45 + 0.25 * Math.sin((at / day) * 2 * Math.PI) + 0.02 * Math.sin(at / 7000)
    }
    await record(system, oldest, now, cpuAt)
    const words = ['alerts', 'test', 'host-cpu', '--since', '4d', ...system.config]
    for (const locale of ['en', 'fr']) {
      for (const line of (await vigie([...words, '--locale', locale])).stdout.trimEnd().split('\n')) tell(line)
    }
    const { stdout } = await vigie([...words, '--json'])
    const [rule] = JSON.parse(stdout).rules
    const fired = rule.episodes.map(({ firedAt }: { firedAt: string }) => Date.parse(firedAt))
    const wanted = [busy.old + 5 * minute, busy.fresh + 5 * minute]
    assert.equal(fired.length, wanted.length)
    for (const [index, at] of wanted.entries()) assert.ok(Math.abs(fired[index] - at) <= slackMs)
    const quiet = await vigie(['alerts', 'test', 'host_cpu_ratio > 96% for 5m', '--since', '4d', ...system.config])
    assert.match(quiet.stdout, /would not have fired/)
    tell(
      'both busy hours fired after their five minutes, the peak of four minutes did not; above 96 % nothing would have',
    )
  } finally {
    system.remove()
  }
}

async function record({ dir }: ScratchSystem, from: number, to: number, cpuAt: (at: number) => number): Promise<void> {
  const dataDir = join(dir, '.vigie')
  const store = await openStore({ kind: 'sqlite', dir: dataDir })
  const history = createMetricsHistory({ series: store.series, dataDir, keep: [] })
  try {
    for (let hourAt = from; hourAt <= to; hourAt += hour) {
      const points: Point[] = []
      for (let at = hourAt; at < hourAt + hour && at <= to; at += everyMs) {
        points.push({ name: 'host_cpu_ratio', labels: { component: 'machine' }, at, value: cpuAt(at) })
      }
      await store.series.add('Shop', points)
    }
    const { points, removed } = await history.tend(to)
    const span = await store.series.span('Shop')
    const files = globSync('**/raw/**/*.parquet', { cwd: join(dataDir, 'history') }).toSorted()
    tell(
      `${points} points were written to Parquet, ${removed} of them left the state, which begins ${isoOf(span?.oldest)}`,
    )
    for (const file of files) tell(`${file}  ${statSync(join(dataDir, 'history', file)).size} bytes`)
    assert.ok(files.length >= 1 && removed >= day / everyMs && (span?.oldest ?? 0) >= from + day)
  } finally {
    await history.close()
    await store.close()
  }
}

function isoOf(ms: number | undefined): string {
  return ms === undefined ? 'nowhere' : new Date(ms).toISOString()
}
