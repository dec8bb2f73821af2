import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const config = (components: string, routines = ''): string => `import { command, defineSystem, human } from 'vigie'
export default defineSystem({ name: 'S', components: { ${components} }, routines: { ${routines} } })
`
const late = "daily: { add: [human('Look', { id: 'look', since: '2026-01-05' })] }"
const bad = "bad: command({ command: 'false' }),"
const worse = "worse: command({ command: 'false' }),"

describe('a finding whose component, check or item left the config', () => {
  let system: ScratchSystem
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the schema test has checked.
  const json = async (...words: readonly string[]): Promise<any> =>
    (await vigie([...words, '--json', ...system.config])).json()
  const states = async (): Promise<string[]> =>
    (await json('findings', 'list', '--all')).findings
      .map(({ step, state }: { step: string; state: string }) => `${step} ${state}`)
      .toSorted()
  const openCount = async (): Promise<number> => {
    const [{ findings }] = (await json('status')).systems
    return findings.low + findings.medium + findings.high + findings.critical
  }
  before(async () => {
    system = scratchSystem(config(bad + worse, late))
    assert.equal((await vigie(['run', 'daily', ...system.config])).code, 1)
    const id = (await json('findings', 'list')).findings.find(
      ({ step }: { step: string }) => step === 'worse/run',
    ).fingerprint
    await vigie(['findings', 'accept', id, '--until', tomorrow(), '--reason', 'r', ...system.config])
  })
  after(() => system.remove())

  it('is not counted as open from then on, and no dry run and no config with a mistake withdraws it', async () => {
    assert.equal(await openCount(), 2)
    system.write('vigie.config.ts', config("bad: { kind: 'comand' },"))
    assert.equal((await vigie(['run', 'daily', ...system.config])).code, 2)
    system.write('vigie.config.ts', config("well: command({ command: 'true' })"))
    await vigie(['run', 'daily', '--dry-run', ...system.config])
    assert.deepEqual(await states(), ['bad/run open', 'worse/run accepted', 'you/look open'])
    assert.equal(await openCount(), 0)
  })

  it('is withdrawn at the next run, whatever was accepted, and both languages say that nobody looks for it', async () => {
    assert.equal((await vigie(['run', 'daily', ...system.config])).code, 0)
    assert.deepEqual(await states(), ['bad/run fixed', 'worse/run fixed', 'you/look fixed'])
    const { findings } = await json('findings', 'list', '--all')
    for (const { fingerprint, acceptedUntil } of findings) {
      assert.equal(acceptedUntil, null)
      const { events } = await json('findings', 'show', fingerprint)
      assert.equal(events.at(-1).event, 'withdrawn')
    }
    const shown = ['findings', 'show', findings[0].fingerprint, ...system.config]
    assert.match((await vigie([...shown, '--locale', 'en'])).stdout, /not in the config.*not known[\s\S]*withdrawn/)
    assert.match((await vigie([...shown, '--locale', 'fr'])).stdout, /Plus personne ne le contrôle[\s\S]*retiré/)
    const list = (await vigie(['findings', 'list', '--all', ...system.config])).stdout
    assert.equal(list.match(/not looked for any more/g)?.length, 3)
  })

  it('is back when it is looked for and seen again', async () => {
    system.write('vigie.config.ts', config(bad))
    await vigie(['run', 'daily', ...system.config])
    assert.deepEqual(await states(), ['bad/run open', 'worse/run fixed', 'you/look fixed'])
    assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
  })
})

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
}
