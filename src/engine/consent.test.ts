import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { message } from '../core/message.ts'
import type { Action } from '../core/task.ts'
import type { Effect } from '../core/words.ts'
import type { PlanRow } from '../store/store.ts'
import { decide } from './consent.ts'
import { type Plan, planOf } from './plan.ts'

const summary = message('test.act', { en: () => 'act', fr: () => 'agir' })({})
const now = new Date('2026-11-21T10:00:00Z')
const nothing = { yes: false, approve: undefined }

function action(effect: Effect, target = '/a', bytes = 10): Action {
  return { summary, effect, target, bytes, expected: { size: bytes } }
}

function planWith(...actions: Action[]): Plan {
  return planOf('s', [{ step: 'tmp/clean', actions }])
}

function printed(plan: Plan, over: Partial<PlanRow> = {}): PlanRow {
  const times = { createdAt: now, expiresAt: new Date(now.getTime() + 1000) }
  const blank = { runId: undefined, content: null, approvedAt: undefined, approvedBy: undefined, usedBy: undefined }
  return { id: plan.id, hash: plan.hash, system: 's', routine: 'daily', ...times, ...blank, ...over }
}

function decideOn(
  plan: Plan,
  consent: Parameters<typeof decide>[2],
  stored?: PlanRow,
  standing: Parameters<typeof decide>[4] = [],
) {
  const [step] = plan.steps
  assert.ok(step)
  return decide(step, plan, consent, stored, standing, now)
}

describe('consent to a planned step', () => {
  const destroy = planWith(action('destroy'))

  it('is refused for destroy with --yes', () => {
    const decision = decideOn(destroy, { yes: true, approve: undefined })
    assert.equal(decision.go, false)
    assert.equal(decision.go ? '' : decision.reason.code, 'engine.needs-approval')
  })

  it('is given for destroy by the approval of this very plan', () => {
    assert.equal(decideOn(destroy, { yes: false, approve: destroy.id }, printed(destroy)).go, true)
  })

  it('is refused when the plan has changed, was used, ran out or was never printed', () => {
    const other = planWith(action('destroy', '/b'))
    const rows = [
      [printed(other), 'engine.plan-changed'],
      [printed(destroy, { usedBy: 'r0' }), 'engine.plan-expired'],
      [printed(destroy, { expiresAt: now }), 'engine.plan-expired'],
      [undefined, 'engine.plan-expired'],
    ] as const
    for (const [stored, code] of rows) {
      const decision = decideOn(destroy, { yes: true, approve: 'x' }, stored)
      assert.equal(decision.go ? 'went' : decision.reason.code, code)
    }
  })

  it('is given for change and disrupt by --yes, and asked for without it', () => {
    for (const effect of ['change', 'disrupt'] as const) {
      assert.equal(decideOn(planWith(action(effect)), { yes: true, approve: undefined }).go, true)
      assert.equal(decideOn(planWith(action(effect)), nothing).go, false)
    }
  })

  it('is given by a standing approval only within its limits and until its last day', () => {
    const approval = { step: 'tmp/clean', by: 'léa', until: '2026-11-21', maxActions: 1, maxBytes: 10 }
    assert.equal(decideOn(destroy, nothing, undefined, [approval]).go, true)
    for (const over of [{ until: '2026-11-20' }, { maxBytes: 9 }, { step: 'other/clean' }]) {
      assert.equal(decideOn(destroy, nothing, undefined, [{ ...approval, ...over }]).go, false)
    }
    assert.equal(
      decideOn(planWith(action('destroy'), action('destroy', '/b')), nothing, undefined, [approval]).go,
      false,
    )
  })
})

describe('a plan', () => {
  it('has another id as soon as anything that it would destroy differs', () => {
    const target = fc.string()
    fc.assert(
      fc.property(target, target, fc.nat(), fc.nat(), (a, b, bytesA, bytesB) => {
        const isSame = a === b && bytesA === bytesB
        assert.equal(
          planWith(action('destroy', a, bytesA)).hash === planWith(action('destroy', b, bytesB)).hash,
          isSame,
        )
      }),
    )
  })

  it('is not voided by a change that comes and goes beside what it would destroy', () => {
    const clean = { step: 'tmp/clean', actions: [action('destroy')] }
    const vacuum = { step: 'db/vacuum', actions: [action('change', 'policies')] }
    assert.equal(planOf('s', [clean]).id, planOf('s', [clean, vacuum]).id)
  })
})
