import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { alertsListOutput } from '../../src/cli/json-shapes/alerts.ts'
import { vigie } from '../support/cli.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const [second, minute, day] = [1000, 60_000, 86_400_000]

describe('a system with maintenance windows', () => {
  let api: HttpReceiver
  let web: HttpReceiver
  let chat: HttpReceiver
  let system: ScratchSystem
  let daemon: OwnDaemon | undefined
  before(async () => {
    api = await startHttpReceiver()
    web = await startHttpReceiver()
  })
  beforeEach(async () => {
    chat = await startHttpReceiver()
  })
  afterEach(async () => {
    await daemon?.stop()
    daemon = undefined
    await chat[Symbol.asyncDispose]()
    for (const one of [api, web]) one.answer({ status: 200 })
    system.remove()
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    await web[Symbol.asyncDispose]()
  })
  const write = (rest: string): void => {
    const checks = "{ status: { every: '1m' }, latency: false }"
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  timezone: 'Europe/Paris',
  components: {
    api: http({ url: '${api.url}', checks: ${checks} }),
    web: http({ url: '${web.url}', checks: ${checks} }),
    // Looked at by routines alone.
    page: http({ url: '${web.url}', checks: { status: { every: false }, latency: false } }),
  },
  channels: { chat: { kind: 'slack', url: '${chat.url}/services/T/B/x' } },
  ${rest}
} as never)
`)
  }
  const start = async (at: string): Promise<OwnDaemon> => {
    daemon = await startOwnDaemon(system, ownClock(new Date(at)))
    return daemon
  }
  const alerts = async () =>
    ((await daemon?.store.alerts.list({ system: 'Shop', limit: 100 })) ?? [])
      .map(({ rule, state, silencedBy }) => `${rule} ${state} ${silencedBy ?? 'told'}`)
      .toSorted()

  it('is quiet about what it takes down within them, tells the rest, and at their end what still fires', async () => {
    // On the night of 29 March 02:30 is skipped in Paris: the window opens at 03:30, 01:30 UTC, and ends at 02:00 UTC.
    write("windows: { night: { at: 'sun 02:30', for: '30m', components: ['api'] } },")
    const running = await start('2026-03-29T01:31:00Z')
    for (const one of [api, web]) one.answer({ status: 503 })
    await running.pass(5 * minute, 5 * second)
    assert.deepEqual(await alerts(), ['api/status firing window night', 'web/status firing told'])
    assert.equal(chat.received.length, 1)
    assert.doesNotMatch(chat.received[0]?.body ?? '', /api/)
    await running.pass(23 * minute, 10 * second)
    assert.equal(chat.received.length, 1, 'not before its end')
    await running.pass(3 * minute, 5 * second)
    assert.deepEqual(await alerts(), ['api/status firing told', 'web/status firing told'])
    assert.equal(chat.received.length, 2)
    assert.match(chat.received[1]?.body ?? '', /api/)
    assert.deepEqual(running.told, [])
  })

  it('says nothing at all of what was down within them only', async () => {
    write("windows: { night: { at: '02:30', for: '30m' } },")
    const running = await start('2026-11-21T01:31:00Z')
    api.answer({ status: 503 })
    await running.pass(5 * minute, 5 * second)
    api.answer({ status: 200 })
    await running.pass(40 * minute, 20 * second)
    assert.deepEqual(await alerts(), ['api/status resolved window night'])
    assert.equal(chat.received.length, 0)
  })

  it('begins a routine that waits for one when it opens, and not before', async () => {
    write(`windows: { night: { at: '02:30', for: '30m' } },
  routines: { upkeep: { at: '20:00', window: 'night', steps: ['api/status'] }, daily: { steps: [] } },`)
    const running = await start('2026-11-20T18:59:00Z')
    await running.pass(5 * minute, 10 * second)
    const runs = async () =>
      (await running.store.runs.list({ system: 'Shop', routine: 'upkeep', limit: 10 })).map(
        ({ startedAt }) => startedAt,
      )
    assert.deepEqual(await runs(), [])
    await running.pass(6 * 60 * minute, 5 * minute)
    assert.deepEqual(await runs(), [])
    await running.pass(60 * minute, minute)
    const [startedAt, ...others] = await runs()
    assert.deepEqual(others, [])
    assert.ok(startedAt !== undefined && startedAt >= new Date('2026-11-21T01:30:00Z'))
    assert.ok(startedAt <= new Date('2026-11-21T01:32:00Z'), startedAt.toISOString())
  })

  it('tells the end of a routine that failed when a silence over it has ended before', async () => {
    write("routines: { upkeep: { at: '20:00', steps: ['page/status'] }, daily: { steps: [] } },")
    web.answer({ status: 503 })
    const running = await start('2026-11-20T18:58:00Z')
    const silence = { id: 's1', system: 'Shop', reason: 'r', createdBy: 'Léa', startsAt: new Date(0) }
    await running.store.silences.add({ ...silence, matcher: {}, endsAt: new Date('2026-11-20T19:30:00Z') })
    await running.pass(5 * minute, 10 * second)
    assert.deepEqual(await alerts(), ['upkeep firing s1', 'web/status firing s1'])
    await running.pass(30 * minute, 30 * second)
    assert.deepEqual(await alerts(), ['upkeep firing told', 'web/status firing told'])
    web.answer({ status: 200 })
    await running.pass(day - 30 * minute, 10 * minute)
    await running.pass(10 * minute, 30 * second)
    assert.deepEqual(await alerts(), ['upkeep resolved told', 'web/status resolved told'])
    const told = (await running.store.outbox.list({ system: 'Shop', limit: 100 }))
      .flatMap(({ items }) => items)
      .filter(({ rule }) => rule === 'upkeep')
    assert.deepEqual(told.map(({ state }) => state).toSorted(), ['firing', 'resolved'])
  })

  it('shows those that are open in the list of alerts, in both languages and as JSON', async () => {
    const at = new Date(Date.now() - 2 * minute)
    const opens = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`
    write('')
    const changed = system.write(
      'utc.config.yaml',
      `name: Shop
components:
  api: { kind: http, url: '${api.url}' }
windows:
  now: { at: '${opens}', for: 2h, components: [api] }
  never: { at: '${opens.replace(/^\d+ \d+/, `0 ${(at.getUTCHours() + 12) % 24}`)}', for: 1h }
`,
    )
    const list = (...words: string[]) => vigie(['alerts', 'list', ...words, '--config', changed])
    const { windows } = alertsListOutput.parse((await list('--json')).json())
    assert.deepEqual(
      windows.map(({ name, components }) => [name, components]),
      [['now', ['api']]],
    )
    assert.match((await list()).stdout, /window now {2}api is silent until .* \(maintenance\)/)
    assert.match((await list('--locale', 'fr')).stdout, /fenêtre now {2}silence sur api jusqu'au .* \(maintenance\)/)
  })
})
