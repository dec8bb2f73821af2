import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { statusOutput } from '../../src/cli/json-shapes/status.ts'
import { boxSystem } from '../support/box-system.ts'
import { vigie } from '../support/cli.ts'
import { type RunningDaemon, startUp } from '../support/daemon.ts'

const checks = ['fresh', 'size', 'proved'].map((name) => `${name}: { every: '1s' }`).join(', ')

describe('a watch over backups that nothing makes', () => {
  let system: ReturnType<typeof boxSystem>
  let daemon: RunningDaemon | undefined
  before(async () => {
    system = boxSystem(
      Array.from({ length: 1000 }, (_, line) => `line ${line}`),
      `checks: { ${checks} }`,
    )
    daemon = await startUp(system)
  })
  after(async () => {
    await daemon?.stop()
    system.remove()
  })

  const firing = async (): Promise<readonly string[]> => {
    const { systems } = statusOutput.parse((await vigie(['status', '--json', ...system.config])).json())
    return [...new Set((systems[0]?.watch.alerts ?? []).map(({ rule }) => rule ?? ''))].toSorted()
  }
  const until = async (wanted: readonly string[]): Promise<void> => {
    const deadline = Date.now() + 180_000
    let seen = await firing()
    while (seen.join() !== wanted.join() && Date.now() < deadline) seen = await firing()
    assert.deepEqual(seen, wanted)
  }
  const done = async (...words: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await vigie([...words, ...system.config])
    assert.equal(code, 0, stdout + stderr)
  }

  it('alerts while there is none, until one is made and drilled; and again when one lost its content', async () => {
    await until(['nightly/fresh', 'nightly/proved'])
    await done('backups', 'create')
    await until([])
    await done('backups', 'drill')
    system.fill([])
    await done('backups', 'create')
    await until(['nightly/size'])
    for (const name of ['backup_age_seconds', 'backup_bytes', 'backup_drill_age_seconds', 'backup_rto_seconds']) {
      // Points are kept every five seconds.
      const deadline = Date.now() + 60_000
      const count = async (): Promise<number> =>
        (await vigie(['metrics', 'query', name, '--json', ...system.config])).json().series.length
      let seen = await count()
      while (seen === 0 && Date.now() < deadline) seen = await count()
      assert.equal(seen, 1, name)
    }
  })
})
