import assert from 'node:assert/strict'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { closedPort } from '../support/bad-servers.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { type OwnClock, ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { startSmtpReceiver } from '../support/smtp-receiver.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]

describe('the watch', () => {
  let chat: HttpReceiver
  let clock: OwnClock
  let system: ScratchSystem | undefined
  let daemon: OwnDaemon | undefined
  beforeEach(async () => {
    chat = await startHttpReceiver()
    clock = ownClock(new Date('2026-11-21T10:00:00Z'))
  })
  afterEach(async () => {
    await daemon?.stop()
    daemon = undefined
    system?.remove()
    await chat[Symbol.asyncDispose]()
  })
  const up = async (body: string): Promise<OwnDaemon> => {
    system = scratchSystem(`import { defineSystem, email, http, tcp, webhook } from 'vigie'
export default defineSystem({ name: 'Shop', ${body} })
`)
    daemon = await startOwnDaemon(system, clock)
    return daemon
  }
  const chatChannel = (): string => `chat: webhook({ url: '${chat.url}', allowPrivate: true })`
  /** What was told, each message once, as `firing <rule>`. */
  const told = ({ received }: HttpReceiver = chat): string[] =>
    [...new Map(received.map((one) => [one.headers['webhook-id'], one])).values()].flatMap(({ body }) => {
      const { type, data } = JSON.parse(body)
      return data.alerts.map(({ state, rule }: { state: string; rule: string }) =>
        type === 'vigie.alerts' ? `${state} ${rule}` : type,
      )
    })

  it('tells once over the channel that stands in, and once by mail, while the mail server is down for an hour', async () => {
    const port = await closedPort()
    await using api = await startHttpReceiver()
    const mail = `{ host: '127.0.0.1', port: ${port}, security: 'none', from: 'vigie@example.test', to: 'team@example.test', fallback: 'chat' }`
    const running = await up(`
      components: { api: http({ url: '${api.url}', checks: { status: { every: '10s' }, latency: false } }) },
      alerts: ['http_response_seconds >= 0 for 1m as high'],
      channels: { mail: email(${mail}), ${chatChannel()} },
      routes: [{ to: ['mail'] }],`)
    await running.pass(hour, 10 * second)
    assert.deepEqual(told().toSorted(), ['firing http_response_seconds >= 0 for 1m as high', 'vigie.notice'])
    const attempts = running.told.filter((line) => line.includes('mail'))
    assert.ok(attempts.length > 0 && attempts.length < 30, `${attempts.length} attempts were told`)
    await using server = await startSmtpReceiver({}, port)
    await running.pass(30 * minute, 10 * second)
    assert.deepEqual([server.mails.length, told().length], [1, 2])
  })

  it('judges nothing without a network of its own, announces once that it is blind, and judges again when it is back', async () => {
    const port = await closedPort()
    const names = ['one', 'two', 'three', 'four', 'five']
    const gone = names.map(
      (name) =>
        `${name}: http({ url: 'http://${name}.invalid', checks: { status: { every: '10s' }, latency: false } })`,
    )
    const running = await up(`
      references: ['tcp://127.0.0.1:${port}'],
      components: { ${gone.join(', ')} },
      channels: { ${chatChannel()} },`)
    await running.pass(minute, 10 * second)
    assert.deepEqual(told(), ['firing sight'])
    const reference = createServer()
    await new Promise<void>((resolve) => reference.listen(port, '127.0.0.1', resolve))
    await running.pass(2 * minute, 10 * second)
    await new Promise((resolve) => reference.close(resolve))
    const after = told().slice(1)
    assert.deepEqual(after.toSorted(), [...names.map((name) => `firing ${name}/status`), 'resolved sight'].toSorted())
  })

  it('keeps its beat, its routines and its rules when the clock of the machine steps an hour forward and back', async () => {
    await using api = await startHttpReceiver()
    const running = await up(`
      components: { api: http({ url: '${api.url}', checks: { status: { every: '10s' }, latency: false } }) },
      routines: { daily: { at: '10:30', steps: ['api/status'] }, weekly: { steps: [] }, monthly: { steps: [] }, quarterly: { steps: [] } },
      alerts: ['http_response_seconds >= 0 for 5m as medium'],
      channels: { ${chatChannel()} },`)
    const looksIn = async (ms: number): Promise<number> => {
      const before = api.received.length
      await running.pass(ms, 10 * second)
      return api.received.length - before
    }
    const runs = async (): Promise<number> => (await running.store.runs.list({ system: 'Shop', limit: 9 })).length
    const rule = 'firing http_response_seconds >= 0 for 5m as medium'
    const isRule = (line: string): boolean => line.startsWith('firing http_response')
    assert.equal(await looksIn(3 * minute), 18)
    clock.step(hour)
    // The routine of 10:30 is late now, and done once; its one look is the nineteenth.
    assert.equal(await looksIn(minute), 7)
    assert.deepEqual([await runs(), told().filter(isRule).length], [1, 0], 'an hour on the clock is no five minutes')
    await running.pass(2 * minute, 10 * second)
    assert.equal(told().filter(isRule).length, 1, rule)
    clock.step(-hour)
    assert.equal(await looksIn(10 * minute), 60)
    await running.pass(30 * minute, 10 * second)
    assert.deepEqual([await runs(), told().filter(isRule).length], [1, 1], '10:30 came twice and was done once')
    assert.deepEqual(running.told, [])
  })

  describe('of metrics', () => {
    let server: Server
    let url: string
    let answer: (response: ServerResponse) => void
    beforeEach(async () => {
      server = createServer((request, response) => {
        if (request.url === '/metrics') answer(response)
        else response.end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    afterEach(() => {
      server.closeAllConnections()
      server.close()
    })
    const watch = (): Promise<OwnDaemon> =>
      up(`
      components: { api: http({ url: '${url}', metrics: '/metrics', checks: { status: { every: '10s' }, latency: false }, collectors: { metrics: { every: '15s', maxSeries: 1000 } } }) },
      channels: { ${chatChannel()} },`)

    for (const [what, sent] of [
      ['50 MB', 'app_requests_total{path="/x"} 1\n'.repeat(1_600_000)],
      ['garbage', '\u0000\u0001<html>'.repeat(1000)],
    ] as const) {
      it(`that are ${what} keeps none of it, tells so once, and tells when it is over`, async () => {
        answer = (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(sent)
        const running = await watch()
        await running.pass(75 * second, 15 * second)
        assert.deepEqual(told(), ['firing api/metrics'])
        assert.ok(!(await running.store.series.names('Shop')).includes('app_requests_total'))
        answer = (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('active_users 1\n')
        await running.pass(minute, 15 * second)
        assert.deepEqual(told(), ['firing api/metrics', 'resolved api/metrics'])
      })
    }

    it('with labels without end keeps to its bound, and tells once how many series it leaves out', async () => {
      let users = 0
      answer = (response) => {
        const lines = Array.from({ length: 4000 }, () => `http_requests_total{path="/u/${users++}",code="200"} 1\n`)
        response
          .writeHead(200, { 'content-type': 'text/plain' })
          .end(`# TYPE http_requests_total counter\n${lines.join('')}`)
      }
      const running = await watch()
      await running.pass(5 * minute, 15 * second)
      assert.deepEqual(told(), ['firing api/metrics'])
      const [alert] = await running.store.alerts.list({ states: ['firing'], limit: 9 })
      assert.deepEqual([alert?.title.code, alert?.title.params['count']], ['watch.series-dropped', 3000])
    })
  })
})
