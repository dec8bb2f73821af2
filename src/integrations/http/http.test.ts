import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createRawServer, type Server } from 'node:net'
import { describe, it } from 'node:test'
import { aComponent, testContext } from '../../../test/support/context.ts'
import type { Verdict } from '../../core/verdict.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { latencyCheck } from './checks/latency.ts'
import { statusCheck } from './checks/status.ts'
import { httpOptions } from './options.ts'

async function on(server: Server, work: (url: string) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${tcpAddress(server).port}`)
  } finally {
    if ('closeAllConnections' in server) (server as ReturnType<typeof createServer>).closeAllConnections()
    server.close()
  }
}

const answering = (listener: RequestListener, work: (url: string) => Promise<void>): Promise<void> =>
  on(createServer(listener), work)

async function judged(
  check: 'status' | 'latency',
  url: string,
  options: object = {},
  evidence?: string[],
): Promise<Verdict> {
  const ctx = testContext()
  const component = aComponent(httpOptions.parse({ url }))
  try {
    const kind = { status: statusCheck, latency: latencyCheck }[check] as typeof statusCheck
    const parsed = kind.options.parse(options)
    const verdict = kind.judge(await kind.probe(component, parsed, ctx), parsed)
    evidence?.push(...ctx.evidence.map(({ what }) => what))
    return verdict
  } finally {
    await ctx.close()
  }
}

const codeOf = (verdict: Verdict): string => verdict.reason?.code ?? ''

describe('an HTTP service', () => {
  it('passes with its latency measured and its evidence kept', () =>
    answering(
      (_, response) => response.end('hello'),
      async (url) => {
        const evidence: string[] = []
        const verdict = await judged('status', url, {}, evidence)
        assert.equal(verdict.status, 'pass')
        assert.ok('measurements' in verdict && (verdict.measurements?.['latency_ms'] ?? 0) > 0)
        assert.deepEqual(evidence, [`GET ${url}`])
      },
    ))

  const rows: readonly (readonly [string, RequestListener, object, string, string])[] = [
    ['a wrong status', (_, response) => response.writeHead(503).end(), {}, 'fail', 'http.wrong-status'],
    [
      'a body that lacks a text',
      (_, response) => response.end('no'),
      { bodyContains: 'yes' },
      'fail',
      'http.wrong-body',
    ],
    [
      'a body that does not match',
      (_, response) => response.end('v1'),
      { bodyMatches: '^v2' },
      'fail',
      'http.wrong-body',
    ],
    [
      'a JSON value that differs',
      (_, response) => response.end('{"a":{"b":1}}'),
      { json: { 'a.b': 2 } },
      'fail',
      'http.wrong-body',
    ],
    [
      'a JSON value that is right',
      (_, response) => response.end('{"a":{"b":2}}'),
      { json: { 'a.b': 2 } },
      'pass',
      'http.fine',
    ],
    [
      'a missing header',
      (_, response) => response.end(),
      { header: { 'Strict-Transport-Security': '.' } },
      'fail',
      'http.wrong-header',
    ],
    [
      'a body cut before the text was seen',
      (_, response) => response.end('x'.repeat(5000)),
      { bodyContains: 'end', maxBodyBytes: 100 },
      'error',
      'http.body-cut',
    ],
    [
      'a pattern whose search would never end',
      (_, response) => response.end(`${'a'.repeat(40)}!`),
      { bodyMatches: '^(a+)+$' },
      'error',
      'http.too-slow',
    ],
    [
      'a header pattern whose search would never end',
      (_, response) => response.setHeader('x-long', `${'a'.repeat(40)}!`).end(),
      { header: { 'X-Long': '^(a+)+$' } },
      'error',
      'http.too-slow',
    ],
    [
      'a slow answer',
      (_, response) => void setTimeout(() => response.end(), 60),
      { warnLatency: '20ms' },
      'warn',
      'http.slow',
    ],
    [
      'an answer that never ends',
      (_, response) => void response.write('.'),
      { timeout: '200ms' },
      'fail',
      'http.no-answer',
    ],
    [
      'a redirect in a circle',
      (_, response) => response.writeHead(302, { location: '/' }).end(),
      {},
      'fail',
      'http.no-answer',
    ],
    [
      'a redirect that it follows',
      (request, response) =>
        request.url === '/b' ? response.end('there') : response.writeHead(302, { location: '/b' }).end(),
      { bodyContains: 'there' },
      'pass',
      'http.fine',
    ],
  ]
  for (const [what, listener, options, status, code] of rows) {
    it(`with ${what} is ${status}`, () =>
      answering(listener, async (url) => {
        const verdict = await judged('status', url, options)
        assert.deepEqual([verdict.status, codeOf(verdict)], [status, code])
      }))
  }

  it('that sends one byte at a time ends at the limit', () =>
    on(
      createRawServer((socket) => {
        socket.on('error', () => undefined)
        const text = 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n'
        let at = 0
        const timer = setInterval(() => socket.write(text[at++] ?? '.'), 15)
        socket.once('close', () => clearInterval(timer))
      }),
      async (url) => {
        const verdict = await judged('status', url, { timeout: '400ms' })
        assert.deepEqual([verdict.status, codeOf(verdict)], ['fail', 'http.no-answer'])
      },
    ))

  it('that is not there, or speaks something else, fails with the reason', async () => {
    const refused = await judged('status', 'http://127.0.0.1:1')
    assert.equal(refused.reason?.params['why'], 'refused')
    const garbage = createRawServer((socket) => socket.on('error', () => undefined).end('not http\r\n\r\n'))
    await on(garbage, async (url) => assert.equal((await judged('status', url)).status, 'fail'))
  })

  it('whose endpoint is slow is told by its path, and one that errs is not timed', () =>
    answering(
      (request, response) =>
        request.url === '/bad' ? response.writeHead(500).end() : void setTimeout(() => response.end(), 40),
      async (url) => {
        const slow = await judged('latency', url, { paths: ['/slow'], samples: 3, warn: '10ms' })
        assert.ok(slow.status === 'warn' && slow.findings?.[0]?.subject === '/slow')
        assert.equal((await judged('latency', url, { paths: ['/bad'] })).status, 'error')
      },
    ))
})
