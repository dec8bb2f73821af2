import assert from 'node:assert/strict'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { aComponent, type TestContext, testContext } from '../../../../test/support/context.ts'
import type { CollectedPoint } from '../../../core/collector.ts'
import { VigieError } from '../../../core/errors.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, locales, messageMap } from '../../../core/message.ts'
import { tcpAddress } from '../../../platform/tcp-address.ts'
import { httpOptions } from '../options.ts'
import { metricsCollector } from './metrics.ts'

type Answer = (response: ServerResponse) => void
const text =
  (body: string, type = 'text/plain; version=0.0.4', status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': type })
    response.end(body)
  }

describe('the metrics of a service', () => {
  let server: Server
  let url: string
  let answer: Answer
  let accepted: string | undefined
  let nowMs = 0
  const contexts: TestContext[] = []
  before(async () => {
    server = createServer((request, response) => {
      accepted = request.headers.accept
      answer(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${tcpAddress(server).port}`
  })
  after(async () => {
    for (const ctx of contexts) await ctx.close()
    server.close()
  })
  const service = (): ((options?: object) => Promise<readonly CollectedPoint[]>) => {
    const ctx = testContext({ clock: { now: () => new Date(0), monotonicMs: () => nowMs } })
    contexts.push(ctx)
    const component = aComponent(httpOptions.parse({ url, metrics: '/metrics' }))
    return (options = {}) => metricsCollector.collect(component, metricsCollector.options.parse(options), ctx)
  }
  const pointOf = (points: readonly CollectedPoint[], name: string, labels: object = {}): number | undefined =>
    points.find((one) => one.name === name && JSON.stringify(one.labels ?? {}) === JSON.stringify(labels))?.value

  const requests = (count: number): string => `# TYPE http_requests counter
http_requests_total{route="/a",code="200"} ${count}
http_requests_total{route="/a",code="500"} ${count / 4}
# TYPE active_users gauge
active_users{component="web"} 42
# EOF
`

  test('are rates from the second look on, and gauges from the first', async () => {
    const look = service()
    answer = text(requests(80), 'application/openmetrics-text; version=1.0.0')
    const first = await look()
    assert.deepEqual(first, [
      { name: 'http_requests_total', value: 0 },
      { name: 'http_errors_total', labels: { class: '4xx' }, value: 0 },
      { name: 'http_errors_total', labels: { class: '5xx' }, value: 0 },
      { name: 'active_users', labels: { exported_component: 'web' }, value: 42 },
      { name: 'vigie_dropped_series', value: 0 },
    ])
    assert.match(accepted ?? '', /^application\/openmetrics-text/)
    answer = text(requests(160), 'application/openmetrics-text; version=1.0.0')
    nowMs += 20_000
    const second = await look()
    assert.equal(pointOf(second, 'http_request_rate'), 5)
    assert.equal(pointOf(second, 'http_request_rate', { endpoint: '/a' }), 5)
    assert.equal(pointOf(second, 'http_error_ratio', { class: '5xx', endpoint: '/a' }), 0.2)
  })

  test('count requests and errors on from look to look, over a restart and a look that failed', async () => {
    const look = service()
    const counted = async (): Promise<readonly (number | undefined)[]> => {
      nowMs += 10_000
      const points = await look()
      return [pointOf(points, 'http_requests_total'), pointOf(points, 'http_errors_total', { class: '5xx' })]
    }
    const asked = async (count: number): Promise<readonly (number | undefined)[]> => {
      answer = text(requests(count), 'application/openmetrics-text')
      return counted()
    }
    assert.deepEqual(await asked(80), [0, 0])
    assert.deepEqual(await asked(160), [100, 20])
    answer = text('', 'text/plain', 503)
    await assert.rejects(counted())
    assert.deepEqual(await asked(240), [200, 40])
    assert.deepEqual(await asked(8), [210, 42])
    answer = text('# TYPE active_users gauge\nactive_users 1\n')
    assert.deepEqual(await counted(), [210, 42])
    assert.deepEqual(await asked(4), [215, 43])
  })

  test('are measured over the whole time when a look between failed', async () => {
    const look = service()
    answer = text(requests(0), 'application/openmetrics-text')
    await look()
    answer = text('', 'text/plain', 503)
    nowMs += 10_000
    await assert.rejects(look())
    answer = text(requests(80), 'application/openmetrics-text')
    nowMs += 10_000
    assert.equal(pointOf(await look(), 'http_request_rate'), 5)
  })

  test('of too many series are bounded, and how many were left out is a number too', async () => {
    const look = service()
    const lines = Array.from({ length: 4000 }, (_, index) => `http_requests_total{path="/u/${index}",code="200"} 1\n`)
    answer = text(`# TYPE http_requests_total counter\n${lines.join('')}`)
    await look({ maxSeries: 1000 })
    nowMs += 1000
    const points = await look({ maxSeries: 1000, top: 5 })
    assert.equal(pointOf(points, 'vigie_dropped_series'), 3000)
    const endpoints = points.filter(({ name, labels }) => name === 'http_request_rate' && labels?.['endpoint'])
    assert.ok(endpoints.some(({ labels }) => labels?.['endpoint'] === 'other'))
    assert.equal(endpoints.length, 6)
  })

  const bad: readonly (readonly [what: string, answer: Answer, code: string, options?: object])[] = [
    ['a web page', text('<!doctype html>'), 'metrics.unreadable'],
    ['an error', text('oops', 'text/plain', 500), 'http.metrics-status'],
    ['nothing', text(''), 'http.metrics-nothing'],
    ['only comments', text('# TYPE a counter\n'), 'http.metrics-nothing'],
    ['an OpenMetrics text without its end', text('a 1\n', 'application/openmetrics-text'), 'metrics.unreadable'],
    ['half a protobuf message', text('\u0009abc', 'application/vnd.google.protobuf'), 'metrics.unreadable'],
    ['more than the limit', text('a 1\n'.repeat(1000)), 'http.metrics-too-long', { maxSize: 1000 }],
    ['a line without end', text('x'.repeat(3_000_000)), 'metrics.unreadable'],
    ['a connection that is cut', (response) => void response.destroy(), 'http.no-answer'],
  ]
  for (const [what, given, code, options] of bad) {
    test(`that are ${what} are no metrics, and the error says so`, async () => {
      answer = given
      await assert.rejects(service()(options), (error: unknown) => {
        assert.ok(error instanceof VigieError)
        assert.equal(error.text.code, code)
        for (const locale of locales) {
          const renderer = createRenderer(messageMap(metricsCollector.messages), createFormatter(locale))
          for (const one of [error.text, error.hint]) {
            if (one !== undefined) assert.doesNotMatch(renderer.render(one), /undefined|\{"/)
          }
        }
        return true
      })
    })
  }

  test('of 50 MB are given up at the limit, and the server is not read on', async () => {
    const megabyte = 'http_requests_total{path="/x",code="200"} 1\n'.repeat(25_000)
    let sent = 0
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      const write = (): void => {
        while (sent < 50 && !response.destroyed) {
          sent++
          if (!response.write(megabyte)) return
        }
        if (!response.destroyed) response.end()
      }
      response.on('drain', write)
      write()
    }
    await assert.rejects(service()(), (error: unknown) => (error as VigieError).text.code === 'http.metrics-too-long')
    assert.ok(sent < 40, `${sent} MB were sent`)
  })
})
