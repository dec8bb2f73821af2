import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { newAlert } from '../../src/watch/new-alert.ts'
import { type RunningDaemon, startUp } from '../support/daemon.ts'
import { ownClock } from '../support/own-clock.ts'
import { startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const config = (components: string): string =>
  `import { defineSystem, tcp } from 'vigie'
import { closed } from './port.ts'
export default defineSystem({ name: 'S', components: { ${components} } })
`
const watched = (name: string): string =>
  `${name}: tcp({ host: '127.0.0.1', port: closed, checks: { connect: { every: '1s' } } })`

describe('a config that changes under the watch', () => {
  let system: ScratchSystem
  let daemon: RunningDaemon
  before(async () => {
    system = scratchSystem(config(watched('one')))
    system.write('port.ts', 'export const closed = 1\n')
    daemon = await startUp(system)
  })
  after(async () => {
    await daemon.kill()
    system.remove()
  })
  const alerts = (): string[] => {
    const database = new DatabaseSync(join(system.dir, '.vigie', 'state.db'), { readOnly: true })
    const rows = database.prepare('select state, rule from alerts order by started_at, rule').all()
    database.close()
    return rows.map(({ state, rule }) => `${state} ${rule}`)
  }
  const until = async (wanted: readonly string[]): Promise<void> => {
    for (let round = 0; ; round++) {
      const now = alerts().toSorted()
      if (now.join() === wanted.toSorted().join()) return
      assert.ok(round < 400, `${now.join(', ')}; ${daemon.told()}`)
      await wait(100)
    }
  }

  it('is watched as it says now, what it imports included', async () => {
    await until(['firing one/connect'])
    system.write('vigie.config.ts', config(`${watched('one')}, ${watched('two')}`))
    await until(['firing one/connect', 'firing two/connect'])
  })

  it('is refused loudly when it is wrong, and watched as before', async () => {
    system.write('port.ts', "export const closed = 'no port' as never\n")
    await until(['firing one/connect', 'firing two/connect', 'firing config'])
    assert.match(daemon.told(), /config: .*problem/)
    assert.equal((await fetch(`${daemon.url}/-/ready`)).status, 200)
  })

  it('ends the alerts of what it does not name any more, and the one about itself', async () => {
    system.write('port.ts', 'export const closed = 2\n')
    system.write('vigie.config.ts', config(watched('one')))
    await until(['firing one/connect', 'resolved two/connect', 'resolved config'])
    assert.equal(await daemon.stop(), 0)
  })
})

describe('a config that was refused', () => {
  it('is no alert any more when the watch is started anew with one that can be used', async () => {
    const system = scratchSystem(config(watched('one')))
    system.write('port.ts', 'export const closed = 1\n')
    const clock = ownClock(new Date('2026-11-21T10:00:00Z'))
    try {
      const before = await startOwnDaemon(system, clock)
      const title = { code: 'watch.config-refused', params: { file: 'vigie.config.ts' } }
      const about = { system: 'S', key: 'config', source: 'watch', rule: 'config', severity: 'high', title } as const
      await before.store.alerts.decide([newAlert({ ...about, id: 'a1' }, clock.now())], [])
      await before.stop()
      const after = await startOwnDaemon(system, clock)
      assert.equal((await after.store.alerts.get('a1'))?.state, 'resolved')
      await after.stop()
    } finally {
      system.remove()
    }
  })
})

describe('a config that changes while a routine runs', () => {
  it('is watched at once: the routine goes on beside, and is not begun a second time', async () => {
    const system = scratchSystem(`import { command, defineSystem } from 'vigie'
export default defineSystem({
  name: 'S', timezone: 'UTC',
  components: { job: command({ command: 'touch begun; until [ -e go ]; do sleep 0.05; done' }) },
  routines: { upkeep: { at: '02:00', steps: ['job/run'] }, daily: { steps: [] } },
})
`)
    const daemon = await startOwnDaemon(system, ownClock(new Date('2026-11-20T01:59:30Z')))
    try {
      const passing = daemon.pass(60_000, 60_000)
      for (let round = 0; !existsSync(join(system.dir, 'begun')); round++) {
        assert.ok(round < 600, daemon.told.join('; '))
        await wait(50)
      }
      await daemon.reload()
      system.write('go', '')
      await passing
      await daemon.pass(60_000, 20_000)
      const runs = await daemon.store.runs.list({ system: 'S', routine: 'upkeep', limit: 10 })
      assert.deepEqual(
        runs.map(({ status }) => status),
        ['succeeded'],
      )
    } finally {
      system.write('go', '')
      await daemon.stop()
      system.remove()
    }
  })
})
