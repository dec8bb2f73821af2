import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { plantedFaults } from '../../src/demo/faults.ts'
import { type Demo, startDemo } from '../../src/demo/start-demo.ts'
import { vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'

const dir = join(import.meta.dirname, '..', '..', 'examples', 'demo')
const config = ['--config', join(dir, 'vigie.config.ts')]

function forget(): void {
  rmSync(join(dir, '.vigie'), { recursive: true, force: true })
}

describe('the demo system', { concurrency: 1 }, () => {
  describe('with its planted faults', () => {
    let demo: Demo
    before(async () => {
      forget()
      demo = await startDemo(dir, true)
    })
    after(() => demo.stop())

    it('fails the daily routine with exactly the planted faults, in the published shape', async () => {
      const run = await vigie(['run', 'daily', '--json', ...config])
      assert.equal(run.code, 1, run.stderr)
      assertFits('run', run.json())
      const { findings, run: facts } = run.json()
      assert.equal(facts.status, 'failed')
      const unmatched = [...findings]
      for (const fault of plantedFaults) {
        const at = unmatched.findIndex(
          (one) => one.step === fault.step && one.code === fault.code && (fault.subject?.test(one.subject) ?? true),
        )
        assert.notEqual(at, -1, `not found: ${fault.id}`)
        unmatched.splice(at, 1)
      }
      assert.deepEqual(unmatched, [])
    })

    it('keeps the evidence of a step, without the password of the database', async () => {
      const shown = await vigie(['runs', 'show', 'latest', '--json', ...config])
      assertFits('runs-show', shown.json())
      assert.ok(shown.json().evidence.some((one: { what: string }) => one.what.includes('pg_stat_activity')))
      assert.doesNotMatch(shown.stdout, /postgres:[0-9a-f]{24}@/)
    })

    it('lists the findings, accepts one until a day, and signs what a person did', async () => {
      const list = await vigie(['findings', 'list', '--json', ...config])
      assertFits('findings-list', list.json())
      assert.equal(list.json().findings.length, plantedFaults.length)
      const [first] = list.json().findings
      const until = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
      const accepted = await vigie([
        'findings',
        'accept',
        first.fingerprint.slice(0, 8),
        '--until',
        until,
        '--reason',
        'month end',
        '--json',
        ...config,
      ])
      assert.equal(accepted.code, 0, accepted.stdout)
      assertFits('findings-show', accepted.json())
      assert.equal(
        (await vigie(['findings', 'list', '--state', 'accepted', '--json', ...config])).json().findings.length,
        1,
      )
      const signed = await vigie([
        'sign',
        'access-review',
        '--by',
        'Léa',
        '--note',
        'two accounts removed',
        '--json',
        ...config,
      ])
      assertFits('sign', signed.json())
      const again = await vigie(['run', 'you/access-review', '--json', ...config])
      assert.equal(again.json().steps[0].status, 'done')
      assert.equal(
        (await vigie(['findings', 'list', '--state', 'fixed', '--json', ...config])).json().findings.length,
        1,
      )
    })

    it('tells frequency, criticality, last result and next date of every step', async () => {
      const status = await vigie(['status', '--json', ...config])
      assertFits('status', status.json())
      const step = status.json().systems[0].steps.find((one: { id: string }) => one.id === 'db/blocking')
      assert.equal(step.frequency, 'daily')
      assert.equal(step.criticality, 'critical')
      assert.equal(step.lastStatus, 'fail')
      assert.ok(Date.parse(step.nextAt) > Date.now())
    })

    it('destroys nothing with --yes, only with the approval of its very plan, and asks again when that changed', async () => {
      const files = (): number => readdirSync(join(dir, '.demo', 'documents')).length
      const dry = await vigie(['run', 'documents/clean', '--dry-run', '--json', ...config])
      assert.equal(dry.code, 0)
      assertFits('run', dry.json())
      const plan = dry.json().run.plan
      assert.equal(dry.json().steps[0].actions.length, 5)
      const refused = await vigie(['run', 'documents/clean', '--yes', '--json', ...config])
      assert.equal(refused.code, 3)
      assert.equal(refused.json().steps[0].status, 'waiting_approval')
      assert.equal(files(), 12)
      rmSync(join(dir, '.demo', 'documents', 'contract-1.pdf'))
      const changed = await vigie(['run', 'documents/clean', '--approve', plan, '--json', ...config])
      assert.equal(changed.code, 3)
      assert.match(changed.json().steps[0].summary, /has changed since/)
      assert.equal(files(), 11)
      const done = await vigie(['run', 'documents/clean', '--approve', changed.json().run.plan, '--json', ...config])
      assert.equal(done.code, 0, done.stdout)
      assert.equal(done.json().steps[0].status, 'done')
      assert.equal(files(), 7)
      const used = await vigie(['run', 'documents/clean', '--approve', changed.json().run.plan, '--json', ...config])
      assert.equal(used.json().steps[0].summary, 'nothing to do')
    })
  })

  describe('without them', () => {
    let demo: Demo
    before(async () => {
      forget()
      demo = await startDemo(dir, false)
    })
    after(() => demo.stop())

    it('is all green', async () => {
      const run = await vigie(['run', 'daily', '--json', ...config])
      assert.equal(run.code, 0, run.stdout)
      assert.deepEqual(run.json().findings, [])
      assert.ok(run.json().steps.every(({ status }: { status: string }) => status === 'pass' || status === 'skipped'))
    })
  })
})
