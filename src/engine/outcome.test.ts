import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { message } from '../core/message.ts'
import { runStatuses, type StepStatus, type severities, stepStatuses } from '../core/words.ts'
import { exitCodeOf, outcomeOf, runStatusOf } from './outcome.ts'

const reason = message('test.reason', { en: () => 'reason', fr: () => 'raison' })({})

describe('the outcome of a check', () => {
  it('is an error when a pass saw nothing, and closes no finding', () => {
    for (const saw of [0, -1, Number.NaN]) {
      const { status, canClose } = outcomeOf({ status: 'pass', saw }, 'critical')
      assert.deepEqual({ status, canClose }, { status: 'error', canClose: false })
    }
  })

  it('closes no finding when it could not tell or was skipped', () => {
    assert.equal(outcomeOf({ status: 'error', reason }, 'critical').canClose, false)
    assert.equal(outcomeOf({ status: 'skipped', reason, because: 'by-design' }, 'critical').canClose, false)
  })

  it('always names something to put right when it warns or fails', () => {
    const [finding] = outcomeOf({ status: 'fail', reason, saw: 1 }, 'important').findings
    assert.deepEqual(finding, { subject: '', severity: 'high', title: reason })
    assert.equal(outcomeOf({ status: 'warn', reason, saw: 1 }, 'informative').findings[0]?.severity, 'low')
  })
})

describe('the status of a run', () => {
  const rows: readonly (readonly [readonly StepStatus[], string])[] = [
    [['pass', 'warn', 'done', 'skipped'], 'succeeded'],
    [['pass', 'error'], 'partial'],
    [['error', 'fail'], 'failed'],
    [['pass', 'waiting_approval'], 'waiting_approval'],
    [['fail', 'waiting_approval'], 'failed'],
    [['pass', 'pending'], 'succeeded'],
    [['pass', 'interrupted'], 'partial'],
  ]
  for (const [statuses, expected] of rows) {
    it(`of ${statuses.join(', ')} is ${expected}`, () => {
      assert.equal(runStatusOf(statuses.map((status) => ({ status, isToolMissing: false }))), expected)
    })
  }

  it('is partial when a step was skipped because a tool is missing', () => {
    assert.equal(runStatusOf([{ status: 'skipped', isToolMissing: true }]), 'partial')
  })

  it('is never succeeded when anything failed or could not be told', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...stepStatuses)), (statuses) => {
        const status = runStatusOf(statuses.map((one) => ({ status: one, isToolMissing: false })))
        const isBad = statuses.some((one) => ['fail', 'error', 'interrupted', 'waiting_approval'].includes(one))
        assert.equal(status === 'succeeded', !isBad)
      }),
    )
  })
})

describe('the exit code of a run', () => {
  const open = (severity: (typeof severities)[number]) => ({ state: 'open' as const, severity })
  const rows = [
    ['succeeded', [], 'high', 0],
    ['succeeded', [open('medium')], 'high', 0],
    ['succeeded', [open('medium')], 'medium', 1],
    ['succeeded', [open('critical')], 'high', 1],
    ['succeeded', [{ state: 'accepted', severity: 'critical' }], 'high', 0],
    ['partial', [], 'high', 3],
    ['partial', [open('high')], 'high', 1],
    ['waiting_approval', [], 'high', 3],
    ['interrupted', [], 'high', 3],
    ['failed', [], 'high', 1],
    ['canceled', [open('critical')], 'high', 130],
  ] as const
  for (const [status, findings, limit, expected] of rows) {
    it(`of ${status} with ${findings.map(({ state, severity }) => `${state} ${severity}`).join(', ') || 'no finding'} at ${limit} is ${expected}`, () => {
      assert.equal(exitCodeOf(status, findings, limit), expected)
    })
  }

  it('is 0 only for a run that succeeded', () => {
    for (const status of runStatuses) assert.equal(exitCodeOf(status, [], 'high') === 0, status === 'succeeded')
  })
})
