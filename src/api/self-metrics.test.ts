import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { startApi } from '../../test/support/api.ts'
import { type RunningServer, startServer } from '../../test/support/prometheus.ts'
import { createSelfMetrics } from './self-metrics.ts'
import { createWatchMetrics, type WatchMetrics } from './watch-metrics.ts'

function fed(): WatchMetrics {
  const metrics = createWatchMetrics('1.2.3-"odd"\\\n', new Date('2026-01-05T00:00:00Z'))
  for (const status of ['pass', 'fail', 'error']) metrics.checks.of('Élégance "Mobilité" \\ 🚕', status).add(2)
  for (const lag of [0, 0.005, 0.0051, 0.3, 1, 59, 61, Number.NaN]) metrics.scheduleLag.of().observe(lag)
  metrics.alerts.of('firing').set(1)
  metrics.outbox.of().set(3)
  metrics.deliveries.of('mail', 'delivered').add()
  metrics.pings.of('kept').add()
  metrics.requests.of('ping', '200').add()
  return metrics
}

describe('what Vigie tells about itself', () => {
  it('is accepted by the real promtool, without a word', async () => {
    const promtool = await debianTool('prometheus', 'usr/bin/promtool')
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: fed().registry.render('prometheus'),
      encoding: 'utf8',
    })
    assert.deepEqual([status, stdout, stderr], [0, '', ''])
  })

  it('is scraped by the real Prometheus, in the format that it asks for, and comes out as it went in', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vigie-prometheus-'))
    const server = await startApi({ metrics: fed() })
    let prometheus: RunningServer | undefined
    try {
      const target = new URL(server.url).host
      await writeFile(
        join(dir, 'prometheus.yml'),
        `scrape_configs: [{ job_name: vigie, scrape_interval: 1s, static_configs: [{ targets: ['${target}'] }] }]`,
      )
      const flags = ['config.file=prometheus.yml', 'storage.tsdb.path=data', 'web.listen-address=127.0.0.1:0']
      prometheus = await startServer(
        'prometheus',
        flags.map((flag) => `--${flag}`),
        dir,
      )
      const { url } = prometheus
      const ask = async (query: string): Promise<[Record<string, string>, string][]> => {
        const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
        const { data } = JSON.parse(await answer.text())
        return data.result.map((one: { metric: Record<string, string>; value: [number, string] }) => [
          one.metric,
          one.value[1],
        ])
      }
      const deadline = Date.now() + 60_000
      while ((await ask('up{job="vigie"}'))[0]?.[1] !== '1') {
        assert.ok(Date.now() < deadline, 'Prometheus never scraped us')
        await wait(100)
      }
      const [[labels, value] = []] = await ask('vigie_checks_total{status="fail"}')
      assert.deepEqual([labels?.['system'], value], ['Élégance "Mobilité" \\ 🚕', '2'])
      const buckets = new Map(
        (await ask('vigie_schedule_lag_seconds_bucket')).map(([one, count]) => [one['le'], count]),
      )
      assert.deepEqual(
        ['0.005', '0.01', '0.5', '1.0', '60.0', '+Inf'].map((le) => buckets.get(le)),
        ['2', '3', '4', '5', '6', '7'],
      )
      assert.equal((await ask('vigie_build_info'))[0]?.[0]['version'], '1.2.3-"odd"\\\n')
    } finally {
      await prometheus?.stop()
      await server.api.close()
      await rm(dir, { recursive: true })
    }
  })

  it('is in OpenMetrics for who asks for it, and in the older format for all others', async () => {
    const server = await startApi({ metrics: fed() })
    const open = await server.get('/metrics', {
      headers: { accept: 'application/openmetrics-text;version=1.0.0,*/*;q=0.1' },
    })
    const text = await open.text()
    assert.match(open.headers.get('content-type') ?? '', /^application\/openmetrics-text; version=1\.0\.0/)
    assert.match(text, /^# TYPE vigie_checks counter$/m)
    assert.match(text, /^# UNIT vigie_process_resident_memory_bytes bytes$/m)
    assert.ok(text.endsWith('# EOF\n'))
    const older = await server.get('/metrics')
    assert.match(older.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    assert.match(await older.text(), /^# TYPE vigie_checks_total counter$/m)
    await server.api.close()
  })

  it('has buckets that count every value once, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -10, max: 10 })), (values) => {
        const metrics = createSelfMetrics()
        const histogram = metrics.histogram('vigie_x_seconds', 'x', [-1, 0, 0.5, 3]).of()
        for (const value of values) histogram.observe(value)
        const text = metrics.render('openmetrics')
        for (const bound of [-1, 0, 0.5, 3]) {
          const le = Number.isInteger(bound) ? `${bound}.0` : String(bound)
          const count = values.filter((value) => value <= bound).length
          assert.ok(text.includes(`vigie_x_seconds_bucket{le="${le}"} ${count}\n`), text)
        }
        assert.ok(text.includes(`vigie_x_seconds_count ${values.length}\n`))
      }),
    )
  })

  it('keeps no more than a thousand series of one name: the others are one', () => {
    const metrics = createSelfMetrics()
    const family = metrics.counter('vigie_x_total', 'x', ['a', 'b'])
    for (let index = 0; index < 5000; index++) family.of(`v${index}`, 'b').add()
    const lines = metrics
      .render('prometheus')
      .split('\n')
      .filter((line) => line.startsWith('vigie_x_total{'))
    assert.equal(lines.length, 1001)
    assert.ok(lines.includes('vigie_x_total{a="other",b="other"} 4000'))
  })

  it('never counts down, and refuses names that are none of ours when they are declared', () => {
    const metrics = createSelfMetrics()
    const counter = metrics.counter('vigie_x_total', 'x').of()
    counter.add(2)
    counter.add(-1)
    counter.add(Number.NaN)
    assert.match(metrics.render('prometheus'), /^vigie_x_total 2$/m)
    assert.throws(() => metrics.counter('vigie_x_total', 'again'))
    assert.throws(() => metrics.counter('vigie_y', 'no _total'))
    assert.throws(() => metrics.gauge('other_y', 'not ours'))
    assert.throws(() => metrics.gauge('vigie_z', 'x', ['le']))
  })
})
