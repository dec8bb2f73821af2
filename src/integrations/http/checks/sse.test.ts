import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, locales, messageMap } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { outcomeOf } from '../../../engine/outcome.ts'
import { tcpAddress } from '../../../platform/tcp-address.ts'
import type { StreamSample } from '../hear-events.ts'
import { httpOptions } from '../options.ts'
import { sseCheck } from './sse.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const open = (response: ServerResponse, type = 'text/event-stream', status = 200): ServerResponse => {
  response.writeHead(status, { 'content-type': type })
  response.flushHeaders()
  return response
}
const saying =
  (text: string): Answer =>
  (response) =>
    void open(response).write(text)

/** Answers in turn; the last one again and again. */
class EventServer {
  readonly requests: IncomingMessage[] = []
  answers: readonly Answer[] = []
  readonly #server: Server = createServer((request, response) => {
    const answer = this.answers[Math.min(this.requests.length, this.answers.length - 1)]
    this.requests.push(request)
    answer?.(response, request)
  })
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }
  get url(): string {
    return `http://127.0.0.1:${tcpAddress(this.#server).port}`
  }
  async connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    )
  }
  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

const measured = (verdict: Verdict): Readonly<Record<string, number>> =>
  ('measurements' in verdict ? verdict.measurements : undefined) ?? {}
const codeOf = ({ reason }: Verdict): string => reason?.code ?? ''

describe('an event stream', () => {
  const server = new EventServer()
  before(() => server.start())
  after(() => server.stop())

  async function heard(
    answers: readonly Answer[],
    given: object = {},
    over: { headers?: Record<string, string>; url?: string } = {},
  ): Promise<Verdict & { readonly evidence: string }> {
    server.requests.length = 0
    server.answers = answers
    const ctx = testContext()
    try {
      const options = sseCheck.options.parse({ listen: '200ms', timeout: '5s', ...given })
      const component = aComponent(httpOptions.parse({ url: server.url, events: '/events', ...over }))
      const verdict = sseCheck.judge(await sseCheck.probe(component, options, ctx), options)
      const evidence = ctx.evidence.map(({ what, output }) => `${what}\n${output}`).join('\n')
      return { ...verdict, evidence }
    } finally {
      await ctx.close()
    }
  }

  it('that stands and speaks passes, timed and counted, and is asked for as a browser does', async () => {
    const verdict = await heard([saying(': hello\n\ndata: 1\n\ndata: 2\n\n')], {}, { headers: { 'x-api-key': 'k' } })
    assert.equal(verdict.status, 'pass')
    const { reason } = verdict
    assert.equal(reason?.params['events'], 2)
    assert.equal(reason?.params['comments'], 1)
    const { up, drops, connect_ms, first_event_ms = 0, gap_ms = 0, ...others } = measured(verdict)
    assert.deepEqual([up, drops, others], [1, 0, {}])
    assert.ok(connect_ms !== undefined && connect_ms >= 0 && first_event_ms >= connect_ms && gap_ms > 0)
    const [{ url, headers } = assert.fail('nobody asked')] = server.requests
    assert.deepEqual([url, headers.accept, headers['x-api-key']], ['/events', 'text/event-stream', 'k'])
    assert.equal(headers['last-event-id'], undefined)
    assert.match(verdict.evidence, /2 events, 1 comments/)
    for (let round = 0; (await server.connections()) > 0; round++) {
      assert.ok(round < 100, 'a connection stays open')
      await wait(20)
    }
  })

  it('may stand elsewhere than the component says', async () => {
    await heard([saying(':\n')], { path: '/live' })
    assert.equal(server.requests[0]?.url, '/live')
  })

  it('that only sends comments passes, and there is no time of a first event', async () => {
    const verdict = await heard([saying(':\n\n')])
    assert.equal(verdict.status, 'pass')
    assert.ok(!('first_event_ms' in measured(verdict)))
  })

  it('that comes one byte at a time is read as well', async () => {
    const text = Buffer.from('\uFEFFid: é\r\ndata: one\r\ndata: two\r\n\r\n: beat\r\n')
    const trickle: Answer = async (response) => {
      open(response)
      for (const byte of text) {
        response.write(Uint8Array.of(byte))
        await wait(1)
      }
    }
    const verdict = await heard([trickle], { listen: '1s' })
    assert.deepEqual(
      [verdict.status, verdict.reason?.params['events'], verdict.reason?.params['comments']],
      ['pass', 1, 1],
    )
  })

  it('that stalls is a warning, from the last sign of life on', async () => {
    const verdict = await heard([saying('data: 1\n\n')], { listen: '300ms', gap: '100ms' })
    assert.deepEqual([verdict.status, codeOf(verdict)], ['warn', 'http.sse-gap'])
    assert.ok((measured(verdict)['gap_ms'] ?? 0) > 100)
    assert.deepEqual('findings' in verdict && verdict.findings?.map(({ subject }) => subject), ['gap'])
  })

  it('whose first event is slow is a warning', async () => {
    const slow: Answer = async (response) => {
      open(response)
      await wait(120)
      response.write('data: 1\n\n')
    }
    const verdict = await heard([slow], { listen: '1s', firstEvent: '50ms' })
    assert.deepEqual([verdict.status, codeOf(verdict)], ['warn', 'http.sse-slow'])
    assert.ok((measured(verdict)['first_event_ms'] ?? 0) >= 119)
  })

  const silences: readonly (readonly [what: string, answer: Answer])[] = [
    ['nothing', (response) => void open(response)],
    ['garbage', (response) => void open(response).write(Buffer.from([0, 255, 254, 10, 13, 10, 200, 10, 10]))],
    ['fields without data', saying('event: ping\n\nid: 1\n\nretry: 5\n\n')],
    ['half an event', saying('data: 1\n')],
  ]
  for (const [what, answer] of silences) {
    it(`that sends ${what} never passes: nobody can tell, or it fails where that is wanted`, async () => {
      const unknown = await heard([answer])
      assert.deepEqual([unknown.status, codeOf(unknown)], ['error', 'http.sse-silent'])
      assert.deepEqual([measured(unknown)['up'], measured(unknown)['drops']], [1, 0])
      assert.equal((await heard([answer], { silence: 'fail' })).status, 'fail')
    })
  }

  it('of a line that never ends is given up at the limit, and the server is not read on', async () => {
    let sent = 0
    const endless: Answer = (response) => {
      open(response)
      const write = (): void => {
        while (!response.destroyed && sent < 200 && response.write('x'.repeat(100_000))) sent++
      }
      response.on('drain', write)
      write()
    }
    const verdict = await heard([endless], { listen: '10s' })
    assert.deepEqual([verdict.status, codeOf(verdict)], ['error', 'http.sse-event-too-long'])
    assert.ok(sent < 100, `${sent * 100} kB were sent`)
  })

  it('of more bytes than it may have cannot be told, however good they are', async () => {
    const verdict = await heard([saying('data: 1\n\n'.repeat(500))], { listen: '10s', maxBytes: 1000 })
    assert.deepEqual([verdict.status, codeOf(verdict)], ['error', 'http.body-cut'])
  })

  const refusals: readonly (readonly [what: string, answer: Answer, code: string])[] = [
    ['a page', (response) => void open(response, 'text/html').end('<html>'), 'http.sse-wrong-type'],
    ['a page that never ends', (response) => void open(response, 'text/html').write('<'), 'http.sse-wrong-type'],
    ['a type that only begins alike', (response) => void open(response, 'text/event-streams'), 'http.sse-wrong-type'],
    ['an error', (response) => void open(response, 'text/event-stream', 500).end(), 'http.sse-wrong-status'],
    ['no content', (response) => void response.writeHead(204).end(), 'http.sse-wrong-status'],
    ['a cut before its head', (response) => void response.destroy(), 'http.no-answer'],
  ]
  for (const [what, answer, code] of refusals) {
    it(`that is ${what} fails at once, and is not asked for again`, async () => {
      const verdict = await heard([answer], { listen: '60s' })
      assert.deepEqual([verdict.status, codeOf(verdict), measured(verdict)], ['fail', code, { up: 0 }])
      assert.equal(server.requests.length, 1)
    })
  }

  it('whose head does not come in time fails', async () => {
    const verdict = await heard([() => undefined], { timeout: '100ms', listen: '60s' })
    assert.deepEqual([verdict.status, codeOf(verdict)], ['fail', 'http.no-answer'])
  })

  it('may have parameters in its type, and stand behind a redirect', async () => {
    const elsewhere: Answer = (response) => void response.writeHead(307, { location: '/live' }).end()
    const there: Answer = (response) => void open(response, 'Text/Event-Stream; charset=utf-8').write(':\n')
    assert.equal((await heard([elsewhere, there])).status, 'pass')
    assert.equal(server.requests[1]?.url, '/live')
  })

  const cuts: readonly (readonly [what: string, cut: (response: ServerResponse) => void])[] = [
    ['ended by the server', (response) => void response.end()],
    ['cut', (response) => void response.destroy()],
  ]
  for (const [what, cut] of cuts) {
    it(`that is ${what} is asked for again, when and from where the server said; one that stays is a warning`, async () => {
      const first: Answer = (response) => {
        open(response).write('retry: 30\nid: é 7\ndata: 1\n\ndata: half', () => cut(response))
      }
      const verdict = await heard([first, saying('data: 2\n\n')], { listen: '600ms' })
      assert.deepEqual([verdict.status, codeOf(verdict)], ['warn', 'http.sse-cut-once'])
      assert.deepEqual([measured(verdict)['drops'], measured(verdict)['up']], [1, 1])
      assert.equal(server.requests.length, 2)
      const named = server.requests[1]?.headers['last-event-id']
      assert.equal(Buffer.from(String(named), 'latin1').toString('utf8'), 'é 7')
      assert.match(verdict.evidence, /dropped[\s\S]*held/)
    })
  }

  const losses: readonly (readonly [what: string, again: Answer, code: string, drops: number])[] = [
    ['cut again', (response) => void open(response).end('data: 2\n\n'), 'http.sse-cut-again', 2],
    ['then refused', (response) => void response.destroy(), 'http.sse-not-back', 1],
    ['then an error', (response) => void response.writeHead(503).end(), 'http.sse-not-back', 1],
    ['then a page', (response) => void open(response, 'text/html').end(), 'http.sse-not-back', 1],
  ]
  for (const [what, again, code, drops] of losses) {
    it(`that is cut and ${what} fails`, async () => {
      const first: Answer = (response) => void open(response).end('retry: 1\ndata: 1\n\n')
      const verdict = await heard([first, again], { listen: '5s' })
      assert.deepEqual([verdict.status, codeOf(verdict)], ['fail', code])
      assert.deepEqual([measured(verdict)['drops'], measured(verdict)['up']], [drops, 0])
      assert.equal(server.requests.length, 2)
    })
  }

  it('that is cut and wants clients to stay away for long fails, and is not waited for', async () => {
    const verdict = await heard([(response) => void open(response).end('retry: 3600000\ndata: 1\n\n')])
    assert.deepEqual([verdict.status, codeOf(verdict)], ['fail', 'http.sse-long-wait'])
    assert.equal(server.requests.length, 1)
  })

  it('is judged in words of both languages, whatever came', async () => {
    const verdicts: Verdict[] = []
    const first: Answer = (response) => void open(response).end('retry: 1\ndata: 1\n\n')
    const all = [...silences, ...refusals]
      .map(([, answer]) => [answer])
      .concat(losses.map(([, again]) => [first, again]))
    for (const answers of all) verdicts.push(await heard(answers, { listen: '50ms' }))
    for (const verdict of verdicts) {
      const { reason, remedy } = outcomeOf(verdict, 'important')
      for (const locale of locales) {
        const { render } = createRenderer(messageMap(sseCheck.messages), createFormatter(locale))
        assert.ok(reason !== undefined && remedy !== undefined)
        for (const text of [reason, remedy]) assert.doesNotMatch(render(text), /undefined|\{"|NaN/)
      }
    }
  })
})

describe('what was heard of an event stream', () => {
  const life = { connectMs: 5, firstEventMs: 10, gapMs: 100, heardMs: 1000, events: 3, comments: 0, bytes: 99 }
  const held: StreamSample = { url: 'http://127.0.0.1/e', first: { outcome: 'held' }, back: undefined, life }
  const dropped: StreamSample = {
    ...held,
    first: { outcome: 'dropped', detail: '' },
    back: { droppedAfterMs: 500, retryMs: 100, heard: { outcome: 'held' } },
  }
  const table: readonly (readonly [what: string, sample: StreamSample, status: string, subjects: readonly string[]])[] =
    [
      ['is good within its limits', { ...held, life: { ...life, firstEventMs: 17_000, gapMs: 17_000 } }, 'pass', []],
      ['is slow beyond them', { ...held, life: { ...life, firstEventMs: 17_001 } }, 'warn', ['first-event']],
      ['has a gap beyond them', { ...held, life: { ...life, gapMs: 17_001 } }, 'warn', ['gap']],
      ['names all that is wrong', { ...dropped, life: { ...life, gapMs: 20_000 } }, 'warn', ['drop', 'gap']],
      ['was cut once', dropped, 'warn', ['drop']],
    ]
  for (const [what, sample, status, subjects] of table) {
    it(what, () => {
      const verdict = sseCheck.judge(sample, sseCheck.options.parse({}))
      assert.equal(verdict.status, status)
      assert.deepEqual('findings' in verdict ? verdict.findings?.map(({ subject }) => subject) : [], subjects)
    })
  }

  it('is asked for where a component says that it has events', () => {
    const component = httpOptions.parse({ url: 'http://127.0.0.1' })
    assert.equal(sseCheck.appliesTo?.(component), false)
    assert.equal(sseCheck.appliesTo?.({ ...component, events: '/events' }), true)
  })
})
