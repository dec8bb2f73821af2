import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { metricsQueryOutput } from '../../src/cli/json-shapes/metrics.ts'
import type { Point } from '../../src/core/series.ts'
import { createMetricsHistory } from '../../src/metrics/metrics-history.ts'
import { openSqliteStore } from '../../src/store/open-sqlite.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const config = `import { command, defineSystem } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { it: command({ command: 'true' }) },
  metrics: { keep: { host: { points: '60d' } } },
})
`
const minute = 60_000
const day = 86_400_000

describe('vigie metrics query', () => {
  let system: ScratchSystem
  const query = (...words: readonly string[]): Promise<CliResult> =>
    vigie(['metrics', 'query', ...words, ...system.config])
  before(() => {
    system = scratchSystem(config)
  })
  after(() => system.remove())

  it('says that nothing was measured yet', async () => {
    const told = await query()
    assert.equal(told.code, 0, told.stderr)
    assert.match(told.stdout, /Nothing has been measured yet/)
    assert.match((await query('host_cpu_ratio')).stdout, /No point of host_cpu_ratio in the last 1\u00a0h/)
    assert.deepEqual((await query('host_cpu_ratio', '--json')).json(), { series: [] })
  })

  it('shows series of the last hour with their labels, and of years with the history', async () => {
    const store = await openSqliteStore(join(system.dir, '.vigie'))
    const now = Date.now()
    const point = (ago: number, value: number, host: string): Point => ({
      ...{ name: 'host_cpu_ratio', labels: { component: 'web', host }, at: now - ago, value },
    })
    const recent = Array.from({ length: 30 }, (_, index) => point(index * minute, index / 100, 'a'))
    await store.series.add('Shop', [...recent, point(minute, 0.5, 'b'), point(40 * day, 0.9, 'a')])
    const history = createMetricsHistory({
      series: store.series,
      dataDir: join(system.dir, '.vigie'),
      keep: [{ host: { points: 60 * day } }],
    })
    assert.equal((await history.tend(now)).removed, 1)
    await history.close()
    await store.close()

    const text = await query('host_cpu_ratio', '--labels', 'host=a')
    assert.match(text.stdout, /^host_cpu_ratio {2}component=web {2}host=a$/m)
    assert.match(text.stdout, /last 0% {3}min 0% {3}mean 14\.5% {3}max 29%/)
    assert.doesNotMatch(text.stdout, /host=b/)
    const two = (await query('host_cpu_ratio', '--json')).json()
    assert.equal(metricsQueryOutput.safeParse(two).success, true)
    assert.deepEqual(
      two.series.map((one: { labels: object; points: unknown[] }) => [one.labels, one.points.length]),
      [
        [{ component: 'web', host: 'a' }, 30],
        [{ component: 'web', host: 'b' }, 1],
      ],
    )
    const years = (
      await query('host_cpu_ratio', '--labels', 'host=a', '--since', '104w', '--step', '1d', '--json')
    ).json()
    const points = years.series[0].points as { value: number; count: number }[]
    assert.deepEqual([years.series[0].stepMs, points[0]?.value], [day, 0.9])
    assert.equal(
      points.reduce((sum, { count }) => sum + count, 0),
      31,
    )
  })

  it('names what is measured, and the oldest record of each class with how long it is kept', async () => {
    const told = await query('--locale', 'fr')
    assert.match(told.stdout, /^host_cpu_ratio$/m)
    assert.match(told.stdout, /host, points\u00a0: le plus ancien .*gardé 60\u00a0j/)
    const listed = (await query('--json')).json()
    assert.equal(metricsQueryOutput.safeParse(listed).success, true)
    assert.deepEqual(listed.metrics, [{ system: 'Shop', name: 'host_cpu_ratio' }])
    assert.deepEqual(
      listed.oldest.map(({ tier, keepMs }: { tier: string; keepMs: number }) => [tier, keepMs / day]),
      [
        ['raw', 60],
        ['1m', 180],
        ['1h', 731],
        ['1d', 731],
      ],
    )
  })

  it('refuses what it does not understand', async () => {
    for (const words of [
      ['x', '--since', 'yesterday'],
      ['x', '--step', '0s'],
      ['x', '--labels', 'host'],
    ]) {
      const told = await query(...words)
      assert.equal(told.code, 2, told.stdout)
      assert.match(told.stderr, /is no span of time|is not understood/)
    }
  })
})
