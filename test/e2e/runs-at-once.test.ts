import assert from 'node:assert/strict'
import { it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { ownKinds, scratchSystem } from '../support/scratch-system.ts'

it('a finding that eight runs see at once is counted eight times and opened once, and keeps an owner named meanwhile', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `routine-${index}`)
  // All look at once: each waits until the others are there.
  const check = `{ ...base, kind: 'own-seen', probe: async () => {
    fs.writeFileSync(new URL('looking-' + process.pid, import.meta.url), '')
    const all = () => fs.readdirSync(new URL('.', import.meta.url)).filter((name) => name.startsWith('looking-')).length
    while (all() % 9 !== 0 && all() !== 1) await wait(10)
    return 1
  }, judge: () => ({ status: 'fail', saw: 1, reason: say({ text: 'broken' }) }) },`
  const routines = `routines: { ${names.map((name) => `'${name}': { steps: ['it/seen'] }`).join(', ')} }`
  const system = scratchSystem(ownKinds(check, '', routines))
  assert.equal((await vigie(['run', 'it/seen', ...system.config])).code, 1)
  const id = (await vigie(['findings', 'list', '--json', ...system.config])).json().findings[0].fingerprint
  const runs = names.map((name) => vigie(['run', name, '--json', ...system.config]))
  await vigie(['findings', 'assign', id, '--owner', 'Léa', ...system.config])
  for (const { code, stdout } of await Promise.all(runs)) assert.equal(code, 1, stdout)
  const { finding, events } = (await vigie(['findings', 'show', id, '--json', ...system.config])).json()
  assert.deepEqual([finding.timesSeen, finding.state, finding.owner], [9, 'open', 'Léa'])
  assert.deepEqual(events.map(({ event }: { event: string }) => event).toSorted(), ['assigned', 'opened'])
  assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
  system.remove()
})
