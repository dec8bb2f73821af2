import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type CliResult, vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const config = `import { command, defineSystem } from 'vigie'
export default defineSystem({ name: 'S', timezone: 'Pacific/Auckland', components: { it: command({ command: 'false' }) } })
`
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('a decision about a finding', () => {
  let system: ScratchSystem
  let id: string
  const findings = (...words: readonly string[]): Promise<CliResult> =>
    vigie(['findings', ...words, ...system.config, '--json'])
  before(async () => {
    system = scratchSystem(config)
    assert.equal((await vigie(['run', 'daily', ...system.config])).code, 1)
    id = (await findings('list')).json().findings[0].fingerprint
  })
  after(() => system.remove())

  const refused: readonly (readonly [string, readonly string[]])[] = [
    ['an acceptance without a reason', ['accept', '--until', inDays(5)]],
    ['an acceptance without an end', ['accept', '--reason', 'month end']],
    ['an acceptance that is over', ['accept', '--reason', 'r', '--until', inDays(-3)]],
    ['an acceptance for good', ['accept', '--reason', 'r', '--until', inDays(120)]],
    ['an acceptance until no day', ['accept', '--reason', 'r', '--until', '2027-02-31']],
    ['an owner of no name', ['assign', '--owner', ' ']],
    ['a due day that is none', ['assign', '--owner', 'Léa', '--due', '2027-02-31']],
  ]
  for (const [what, [verb = '', ...words]] of refused) {
    it(`such as ${what} is refused and changes nothing`, async () => {
      const got = await findings(verb, id, ...words)
      assert.equal(got.code, 2, got.stdout)
      assertFits('error', got.json())
      const { state, owner } = (await findings('list')).json().findings[0]
      assert.deepEqual([state, owner], ['open', null])
    })
  }

  it('is kept with its author until the end of its day where the system is, and stands in the audit', async () => {
    const day = inDays(5)
    const assigned = await findings('assign', id, '--owner', 'Léa', '--due', day, '--by', 'Max')
    assertFits('findings-show', assigned.json())
    const accepted = await findings('accept', id.slice(0, 8), '--until', day, '--reason', 'month end', '--by', 'Max')
    const { state, owner, dueAt, acceptedUntil } = accepted.json().finding
    assert.deepEqual([state, owner], ['accepted', 'Léa'])
    assert.equal(dueAt, acceptedUntil)
    const clock = new Intl.DateTimeFormat('sv', {
      timeZone: 'Pacific/Auckland',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    assert.equal(clock.format(new Date(acceptedUntil)), `${day} 23:59:59`)
    const audit = await vigie(['audit', 'list', '--json', ...system.config])
    const told = audit.json().entries.map(({ event, actor }: { event: string; actor: string }) => `${event} ${actor}`)
    assert.ok(told.includes('finding.assigned Max') && told.includes('finding.accepted Max'), audit.stdout)
  })
})
