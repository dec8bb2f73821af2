import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const [second, minute] = [1000, 60_000]

describe('a component that is called otherwise from now on', () => {
  let api: HttpReceiver
  let system: ScratchSystem
  const config = (component: string): string => `import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { ${component}: http({ url: '${api.url}', checks: { latency: { every: '1m', samples: 1 } } }) },
  alerts: ['http_response_seconds >= 0', 'absent(http_response_seconds{component="spare"}) for 1m'],
})
`
  const alerts = async ({ store }: OwnDaemon): Promise<string[]> =>
    (await store.alerts.list({ system: 'Shop', limit: 100 })).map(({ key, state }) => `${state} ${key}`).toSorted()
  before(async () => {
    api = await startHttpReceiver()
    system = scratchSystem(config('api'))
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    system.remove()
  })

  it('takes its alerts with it, and is not missed under its old name', async () => {
    const clock = ownClock(new Date('2026-11-21T10:00:00Z'))
    const spare = 'rule:absent(http_response_seconds{component="spare"}) for 1m{component="spare"}'
    const own = (component: string): string => `rule:http_response_seconds >= 0{component="${component}"}`
    const before = await startOwnDaemon(system, clock)
    await before.pass(3 * minute, 10 * second)
    assert.deepEqual(await alerts(before), [`firing ${spare}`, `firing ${own('api')}`])
    await before.stop()
    system.write('vigie.config.ts', config('shop'))
    const renamed = await startOwnDaemon(system, clock)
    try {
      await renamed.pass(30 * minute, 30 * second)
      assert.deepEqual(await alerts(renamed), [`firing ${spare}`, `firing ${own('shop')}`, `resolved ${own('api')}`])
      assert.deepEqual(renamed.told, [])
    } finally {
      await renamed.stop()
    }
  })
})
