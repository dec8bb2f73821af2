import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { QuerySeries } from '../../src/metrics/merge-series.ts'
import { vigie } from '../support/cli.ts'
import { type RunningDaemon, startUp } from '../support/daemon.ts'
import { type MeteredApp, startMeteredApp } from '../support/metered-app.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const mostLooks = 60

describe('an application with metrics of its own, under watch', () => {
  let app: MeteredApp
  let other: MeteredApp
  let system: ScratchSystem
  let daemon: RunningDaemon

  before(async () => {
    app = await startMeteredApp()
    other = await startMeteredApp()
    const often = `{ status: { every: '1s' }, health: { every: '1s' }, latency: false }`
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: {
    api: http({ url: '${app.url}/api/health', health: '/api/health', metrics: '/metrics', checks: ${often}, collectors: { metrics: { every: '1s' } } }),
    admin: http({ url: '${other.url}/api/health', health: '/api/health', checks: ${often} }),
  },
})
`)
    daemon = await startUp(system)
  })
  after(async () => {
    await daemon.kill()
    for (const one of [app, other]) await one[Symbol.asyncDispose]()
    system.remove()
  })

  const query = async (name: string, ...labels: readonly string[]): Promise<readonly QuerySeries[]> => {
    const words = labels.flatMap((label) => ['--labels', label])
    const told = await vigie(['metrics', 'query', name, ...words, '--json', ...system.config])
    assert.equal(told.code, 0, told.stderr)
    return told.json().series
  }
  const newest = (all: readonly QuerySeries[]): number | undefined => all[0]?.points.at(-1)?.value
  const until = async <T>(look: () => Promise<T>, isEnough: (seen: T) => boolean): Promise<T> => {
    for (let round = 0; ; round++) {
      const seen = await look()
      if (isEnough(seen)) return seen
      assert.ok(round < mostLooks, `${JSON.stringify(seen).slice(0, 2000)}; ${daemon.told()}`)
      await wait(500)
    }
  }
  const asked = async (path: string, times: number): Promise<void> => {
    for (let time = 0; time < times; time++) await (await fetch(`${app.url}${path}`)).body?.cancel()
  }
  const page = async (language = 'en'): Promise<string> => {
    const answer = await fetch(`${daemon.url}/`, { headers: { 'accept-language': language } })
    assert.equal(answer.status, 200)
    return (await answer.text()).replaceAll(/<title>[^<]*<\/title>|<[^>]*>/g, ' ').replaceAll(/[ \n]+/g, ' ')
  }

  it('[A03] is read: response time, errors and active users are kept as series, and stand on one page', async () => {
    await until(
      () => query('active_users'),
      (all) => newest(all) === 0,
    )
    // Fewer requests than the rules on errors judge: nothing is to fire.
    app.users.add('Léa').add('Paul').add('Inès')
    await asked('/quotes', 20)
    await asked('/broken', 6)
    await asked('/nowhere', 4)
    await until(
      () => query('http_requests_total'),
      (all) => newest(all) === 30,
    )
    app.pageMs = 60
    await asked('/quotes', 15)
    await until(
      () => query('http_requests_total'),
      (all) => newest(all) === 45,
    )
    assert.equal(newest(await query('http_errors_total', 'class=5xx')), 6)
    assert.equal(newest(await query('http_errors_total', 'class=4xx')), 4)

    const p95 = (await query('http_request_seconds', 'quantile=0.95'))[0]?.points ?? []
    assert.ok(p95.length >= 2, JSON.stringify(p95))
    // Pages took 12 ms at least before, then 60 ms: the last look that saw any saw none faster.
    assert.ok(p95.every(({ value }) => value > 0.01 && value <= 2.5) && (p95.at(-1)?.value ?? 0) > 0.05)
    const ratios = (await query('http_error_ratio', 'class=5xx')).find(({ labels }) => labels['endpoint'] === undefined)
    assert.ok((ratios?.points.length ?? 0) >= 2 && ratios?.points.every(({ value }) => value >= 0 && value <= 1))
    assert.ok(ratios?.points.some(({ value }) => value > 0))
    const users = (await query('active_users'))[0]?.points ?? []
    assert.deepEqual([users[0]?.value, users.at(-1)?.value], [0, 3])
    assert.ok(users.length >= 5 && users.every((one, index) => index === 0 || one.at > (users[index - 1]?.at ?? 0)))

    const [english, french] = [await page(), await page('fr')]
    for (const shown of [
      /Response time p50 max [\d.]+.ms [\d.]+.ms/,
      /Response time p95 max [\d.]+.ms [\d.]+.ms/,
      /Requests per second max [\d.]+\/s [\d.]+\/s/,
      /Errors 4xx max [\d.]+% [\d.]+%/,
      /Errors 5xx max [\d.]+% [\d.]+%/,
      /Active users max 3 3 /,
    ])
      assert.match(english, shown)
    assert.match(french, /Temps de réponse p95 .* Erreurs 5xx .* Utilisateurs actifs max 3 3 /)
  })

  it('[E03] has the latency of /api/health watched, a series for each check, kept and found again', async () => {
    const series = await until(
      () => query('http_health_latency_seconds'),
      (all) => all.length === 2 && all.every(({ points }) => points.length >= 3),
    )
    assert.deepEqual(series.map(({ labels }) => labels).toSorted(byComponent), [
      { component: 'admin' },
      { component: 'api' },
    ])
    // It answers after 20 ms; a timer may be a millisecond early.
    for (const { points } of series) assert.ok(points.every(({ value }) => value >= 0.018 && value < 30))
    const [own] = await query('http_health_latency_seconds', 'component=api')
    assert.ok(own !== undefined && own.points.length >= 3)
    const status = await query('http_response_seconds', 'component=api')
    assert.ok(status.length === 1 && (status[0]?.points.length ?? 0) >= 3)
    const told = await vigie(['metrics', 'query', 'http_health_latency_seconds', ...system.config])
    assert.match(
      told.stdout,
      /http_health_latency_seconds {2}component=api\n(?:.*\n)? {2}last [\d.]+.ms {3}min .* max /,
    )
    assert.match(await page(), /Health check, response time max [\d.]+.m?s [\d.]+.m?s/)
  })

  it('is not shown as well when it is gone', async () => {
    assert.match(await page(), /All well: 5 checks/)
    await app[Symbol.asyncDispose]()
    const shown = await until(page, (text) =>
      /metrics could not tell http:\S+ did not answer: connection refused/.test(text),
    )
    assert.doesNotMatch(shown, /All well/)
  })
})

function byComponent(a: { readonly component?: string }, b: { readonly component?: string }): number {
  return (a.component ?? '') < (b.component ?? '') ? -1 : 1
}
