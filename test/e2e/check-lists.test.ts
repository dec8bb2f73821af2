import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'
import { scratchSystem } from '../support/scratch-system.ts'

interface Step {
  readonly id: string
  readonly status: string
  readonly summary: string
  readonly findings: readonly { readonly state: string }[]
}

const config = `import { command, defineSystem, human } from 'vigie'
export default defineSystem({
  name: 'Lists',
  timezone: 'Europe/Paris',
  components: {
    week: command({ command: 'true', checks: { run: { cadence: 'weekly' } } }),
    month: command({ command: 'true', checks: { run: { cadence: 'monthly' } } }),
    quarter: command({ command: 'true', checks: { run: { cadence: 'quarterly' } } }),
  },
  routines: {
    weekly: { add: [human('Read the error log', { id: 'weekly-item', owner: 'Léa', since: '2026-01-05' })] },
    monthly: { add: [human('Review who has access', { id: 'monthly-item', minutes: 15, since: '2026-01-05' })] },
    quarterly: { add: [human('Rehearse the recovery', { id: 'quarterly-item', since: '2026-01-05' })] },
  },
})
`

describe('the check-lists of a week, a month and a quarter', () => {
  for (const [routine, component] of [
    ['weekly', 'week'],
    ['monthly', 'month'],
    ['quarterly', 'quarter'],
  ] as const) {
    it(`[D17] of the ${routine} one, items of people are ticked with name, time and note beside the automatic ones`, async () => {
      const system = scratchSystem(config)
      const item = `you/${routine}-item`
      const run = async (): Promise<ReadonlyMap<string, Step>> => {
        const got = await vigie(['run', routine, '--json', ...system.config])
        assertFits('run', got.json())
        return new Map(got.json().steps.map((step: Step) => [step.id, step]))
      }
      const before = await run()
      assert.deepEqual([...before.keys()].toSorted(), [`${component}/run`, item].toSorted())
      assert.equal(before.get(`${component}/run`)?.status, 'pass')
      assert.equal(before.get(item)?.status, 'warn')
      assert.match(before.get(item)?.summary ?? '', /overdue/)

      const unsigned = await vigie(['sign', item, '--by', 'Léa', ...system.config])
      assert.equal(unsigned.code, 2, 'a signature without a note says nothing')
      const started = Date.now()
      const sign = ['sign', item, '--by', 'Léa', '--note', 'two accounts removed', '--json', ...system.config]
      const signed = await vigie(sign)
      assertFits('sign', signed.json())
      const { signOff } = signed.json()
      assert.deepEqual([signOff.by, signOff.note], ['Léa', 'two accounts removed'])
      assert.ok(Date.parse(signOff.at) >= started && Date.parse(signOff.at) <= Date.now())

      const after = await run()
      assert.equal(after.get(`${component}/run`)?.status, 'pass')
      assert.equal(after.get(item)?.status, 'done')
      assert.match(after.get(item)?.summary ?? '', /signed by Léa, .*\d\d:\d\d: two accounts removed; due again/)
      const findings = await vigie(['findings', 'list', '--json', ...system.config])
      assert.deepEqual(findings.json().findings, [], 'what was overdue is closed by the signature')
      const status = await vigie(['status', '--locale', 'fr', ...system.config])
      const line = status.stdout.split('\n').find((one) => one.includes(item))
      assert.match(line ?? '', /^(?:✓|DONE) .*important/)
      assert.doesNotMatch(line ?? '', /en retard/)
      const audit = await vigie(['audit', 'list', '--json', ...system.config])
      assert.match(audit.stdout, /two accounts removed/)
      system.remove()
    })
  }
})
