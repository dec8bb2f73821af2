import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const config = `import { command, defineSystem, human } from 'vigie'
export default defineSystem({ name: 'S', components: { it: command({ command: 'true' }) }, routines: {
  release: { add: [human('Read the notes aloud', { id: 'notes' })] },
  daily: { add: [human('Look', { id: 'look' })] },
} })
`

describe('an item of a routine on demand', () => {
  let system: ScratchSystem
  const itemIn = async (...words: readonly string[]): Promise<{ status: string; summary: string }> => {
    const { steps } = (await vigie(['run', ...words, '--json', ...system.config])).json()
    return steps.find(({ component }: { component: string }) => component === 'you')
  }
  const sign = async (step: string): Promise<void> => {
    const signed = await vigie(['sign', step, '--by', 'Léa', '--note', 'all read', ...system.config])
    assert.equal(signed.code, 0, signed.stderr)
  }
  before(() => {
    system = scratchSystem(config)
  })
  after(() => system.remove())

  it('is due, done for the run that follows its signature, a dry run before it included, and due again at the next', async () => {
    assert.equal((await itemIn('release')).status, 'pending')
    await sign('you/notes')
    assert.equal((await itemIn('release', '--dry-run')).status, 'done')
    const done = await itemIn('release')
    assert.equal(done.status, 'done')
    assert.match(done.summary, /signed by Léa, .*: all read; due again at the next run/)
    assert.equal((await itemIn('release')).status, 'pending')
    await sign('you/notes')
    assert.equal((await itemIn('you/notes')).status, 'done')
    assert.equal((await itemIn('release')).status, 'done')
  })

  it('keeps the rhythm of its routine when it is asked for alone', async () => {
    await sign('you/look')
    const alone = await itemIn('you/look')
    assert.equal(alone.status, 'done')
    assert.match(alone.summary, /due again \d/)
  })
})
