import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type RunningDaemon, startUp } from '../support/daemon.ts'
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
