import assert from 'node:assert/strict'
import { mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { scratchSystem } from '../support/scratch-system.ts'

it('cleaning leaves alone another component, a protected folder and .vigie inside its own declared folder [A11]', async () => {
  const system = scratchSystem(`import { defineSystem, files } from 'vigie'
export default defineSystem({ name: 'S', protect: ['all/kept'], components: { all: files({ path: 'all' }), sources: files({ path: 'all/sources' }) } })
`)
  for (const folder of ['all/sources', 'all/kept', 'all/.vigie', 'all/free']) {
    mkdirSync(join(system.dir, folder), { recursive: true })
    utimesSync(system.write(`${folder}/old`, 'x'), 0, 0)
  }
  const dry = await vigie(['run', 'all/clean', '--dry-run', '--json', ...system.config])
  const targets = dry.json().steps[0].actions.map(({ target }: { target: string }) => target)
  assert.deepEqual(targets, [join(system.dir, 'all/free/old')])
  system.remove()
})
