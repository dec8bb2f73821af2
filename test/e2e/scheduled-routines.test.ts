import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const [minute, hour] = [60_000, 3_600_000]
const config = (at: string, more = ''): string => `import { command, defineSystem } from 'vigie'
export default defineSystem({
  name: 'AutoDev', timezone: 'Europe/Paris',
  components: { backup: command({ command: ['echo', 'saved 42 rows'], checks: { run: { every: false } } }) },
  routines: {
    daily: { at: '23:59', steps: [] }, weekly: { steps: [] }, monthly: { steps: [] }, quarterly: { steps: [] },
    nightly: { at: '${at}', steps: ['backup/run'], ${more} },
  },
})
`

describe('[A29] a routine at two in the morning', () => {
  let system: ScratchSystem
  let daemon: OwnDaemon | undefined
  const up = async (clock: Parameters<typeof startOwnDaemon>[1]): Promise<OwnDaemon> => {
    daemon = await startOwnDaemon(system, clock)
    return daemon
  }
  const down = async (): Promise<void> => {
    const running = daemon
    daemon = undefined
    await running?.stop()
  }
  const began = async (): Promise<string[]> => {
    const runs = (await daemon?.store.runs.list({ system: 'AutoDev', limit: 50 })) ?? []
    return runs.map(({ startedAt }) => startedAt.toISOString().slice(0, 16)).toReversed()
  }
  beforeEach(() => {
    system = scratchSystem(config('0 2 * * *'))
  })
  afterEach(async () => {
    await down()
    system.remove()
  })

  for (const at of ['0 2 * * *', '02:00']) {
    for (const [what, from, expected] of [
      [
        'once an hour later in the night without that hour',
        '2026-03-27T12:00:00Z',
        ['2026-03-28T01:00', '2026-03-29T01:00', '2026-03-30T00:00'],
      ],
      [
        'once, at the first of two, in the night that has it twice',
        '2026-10-23T12:00:00Z',
        ['2026-10-24T00:00', '2026-10-25T00:00', '2026-10-26T01:00'],
      ],
    ] as const) {
      it(`begins at 02:00 in Paris, ${what} (${at})`, async () => {
        system.write('vigie.config.ts', config(at))
        const running = await up(ownClock(new Date(from)))
        await running.pass(3 * 24 * hour, 10 * minute)
        assert.deepEqual(await began(), expected)
        assert.deepEqual(running.told, [])
      })
    }
  }

  for (const has of ['never run before', 'run before']) {
    it(`is caught up once when the watch was off at its time, though it had ${has}`, async () => {
      const clock = ownClock(new Date(has === 'run before' ? '2026-11-20T00:30:00Z' : '2026-11-20T12:00:00Z'))
      await (await up(clock)).pass(hour, 10 * minute)
      const before = await began()
      assert.equal(before.length, has === 'run before' ? 1 : 0)
      await down()
      clock.advance(3 * 24 * hour)
      const running = await up(clock)
      await running.pass(6 * hour, 10 * minute)
      const [late, ...others] = (await began()).slice(before.length)
      const since = clock.now().getTime() - 6 * hour
      assert.ok(Math.abs(Date.parse(`${late}Z`) - since) < 20 * minute, `began at ${late}`)
      assert.deepEqual(others, [])
      await down()
      await (await up(clock)).pass(hour, 10 * minute)
      assert.equal((await began()).length, before.length + 1, 'not again after another start')
    })
  }

  it('is told as missed, once, and not caught up, when the config says so', async () => {
    system.write('vigie.config.ts', config('0 2 * * *', "missed: 'skip'"))
    const clock = ownClock(new Date('2026-11-20T12:00:00Z'))
    await (await up(clock)).pass(hour, 10 * minute)
    await down()
    clock.advance(20 * hour)
    for (let start = 0; start < 2; start++) {
      const running = await up(clock)
      await running.pass(hour, 10 * minute)
      assert.deepEqual(await began(), [])
      const alerts = await running.store.alerts.list({ system: 'AutoDev', limit: 9 })
      assert.deepEqual(
        alerts.map(({ state, title }) => [state, title.code, title.params['due']]),
        [['firing', 'watch.routine-missed', '2026-11-21T01:00:00.000Z']],
      )
      await down()
    }
    clock.advance(Date.parse('2026-11-22T00:50:00Z') - clock.now().getTime())
    const running = await up(clock)
    await running.pass(20 * minute, minute)
    assert.deepEqual(await began(), ['2026-11-22T01:00'])
    const [alert] = await running.store.alerts.list({ system: 'AutoDev', limit: 9 })
    assert.equal(alert?.state, 'resolved', 'over when it has run')
  })

  it('that fails is told once, and is not over by a run that could not tell', async () => {
    const doing = (script: string): string =>
      config('02:00')
        .replace("['echo', 'saved 42 rows']", `'${script}'`)
        .replace('every: false', "every: false, timeLimit: '1s'")
    const clock = ownClock(new Date('2026-11-20T12:00:00Z'))
    const states = async (): Promise<string[]> =>
      ((await daemon?.store.alerts.list({ system: 'AutoDev', limit: 9 })) ?? []).map(({ state }) => state)
    for (const [command, expected] of [
      ['exit 1', 'firing'],
      ['exit 1', 'firing'],
      ['sleep 30', 'firing'],
      ['true', 'resolved'],
    ] as const) {
      system.write('vigie.config.ts', doing(command))
      await (await up(clock)).pass(24 * hour, 10 * minute)
      assert.deepEqual(await states(), [expected], command)
      await down()
    }
    assert.equal((await (await up(clock)).store.runs.list({ system: 'AutoDev', limit: 9 })).length, 4)
  })

  it('that fails while nothing can be kept is told as soon as it can, not after the next night', async () => {
    system.write('vigie.config.ts', config('02:00').replace("['echo', 'saved 42 rows']", "'exit 1'"))
    const running = await up(ownClock(new Date('2026-11-20T12:00:00Z')))
    const { alerts } = running.store
    const { decide } = alerts
    Object.assign(alerts, { decide: () => Promise.reject(new Error('no space left')) })
    await running.pass(14 * hour, 10 * minute)
    assert.equal((await began()).length, 1)
    assert.deepEqual(await alerts.list({ system: 'AutoDev', limit: 9 }), [])
    Object.assign(alerts, { decide })
    await running.pass(minute, 10_000)
    assert.deepEqual(
      (await alerts.list({ system: 'AutoDev', limit: 9 })).map(({ state, title }) => `${state} ${title.code}`),
      ['firing watch.routine-failed'],
    )
    assert.equal((await began()).length, 1)
  })

  it('that could not tell what matters is told, until it can', async () => {
    const doing = (script: string, criticality: string): string =>
      config('02:00')
        .replace("['echo', 'saved 42 rows']", `'${script}'`)
        .replace('every: false', `every: false, timeLimit: '1s', criticality: '${criticality}'`)
    const clock = ownClock(new Date('2026-11-20T12:00:00Z'))
    for (const [command, criticality, expected] of [
      ['sleep 30', 'informative', []],
      ['sleep 30', 'important', ['firing watch.routine-unsure']],
      ['sleep 30', 'informative', ['firing watch.routine-unsure']],
      ['true', 'important', ['resolved watch.routine-unsure']],
    ] as const) {
      system.write('vigie.config.ts', doing(command, criticality))
      const running = await up(clock)
      await running.pass(24 * hour, 10 * minute)
      const alerts = await running.store.alerts.list({ system: 'AutoDev', limit: 9 })
      assert.deepEqual(
        alerts.map(({ state, title }) => `${state} ${title.code}`),
        expected,
        `${command} ${criticality}`,
      )
      await down()
    }
  })

  it('that was cut off is told by the next watch, until somebody has run it well', async () => {
    system.write('vigie.config.ts', config('02:00').replace("['echo', 'saved 42 rows']", `'[ -e go ] || sleep 60'`))
    const clock = ownClock(new Date('2026-11-20T12:00:00Z'))
    const passing = (await up(clock)).pass(14 * hour, 14 * hour)
    for (let round = 0; (await began()).length === 0; round++) {
      assert.ok(round < 600)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await Promise.all([down(), passing])
    const states = async (): Promise<string[]> =>
      ((await daemon?.store.alerts.list({ system: 'AutoDev', limit: 9 })) ?? []).map(
        ({ state, title }) => `${state} ${title.code}`,
      )
    const running = await up(clock)
    await running.pass(minute, 10_000)
    assert.deepEqual(await states(), ['firing watch.routine-cut'])
    system.write('go', '')
    const ran = await vigie(['run', 'nightly', ...system.config])
    assert.equal(ran.code, 0, ran.stderr)
    await running.pass(minute, 10_000)
    assert.deepEqual(await states(), ['resolved watch.routine-cut'])
  })

  it('is due from now on when its time is changed, not for a time that was not its own', async () => {
    const clock = ownClock(new Date('2026-11-20T12:00:00Z'))
    await (await up(clock)).pass(24 * hour, 10 * minute)
    assert.deepEqual(await began(), ['2026-11-21T01:00'])
    await down()
    system.write('vigie.config.ts', config('0 10 * * *'))
    await (await up(clock)).pass(24 * hour, 10 * minute)
    assert.deepEqual(await began(), ['2026-11-21T01:00', '2026-11-22T09:00'])
  })

  it('leaves a log: when it ran, what it asked and what came back', async () => {
    await (await up(ownClock(new Date('2026-11-20T12:00:00Z')))).pass(2 * 24 * hour, 10 * minute)
    await down()
    const { runs } = (await vigie(['runs', 'list', '--json', ...system.config])).json()
    assert.deepEqual(
      runs.map((run: Record<string, unknown>) => [run['routine'], run['status'], run['startedAt']]),
      [
        ['nightly', 'succeeded', '2026-11-22T01:00:00.000Z'],
        ['nightly', 'succeeded', '2026-11-21T01:00:00.000Z'],
      ],
    )
    const told = await vigie(['runs', 'list', '--locale', 'fr', ...system.config])
    assert.match(told.stdout, /nightly +réussie +dim\. 22 nov\., 02:00/)
    const step = await vigie(['runs', 'show', runs[1].id, '--step', 'backup/run', ...system.config])
    assert.match(step.stdout, /\$ echo saved 42 rows[\s\S]*\n {4}saved 42 rows/)
  })
})
