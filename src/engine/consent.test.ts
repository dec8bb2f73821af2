import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { message } from '../core/message.ts'
import type { Action } from '../core/task.ts'
import type { Effect } from '../core/words.ts'
import type { PlanRow } from '../store/plan-store.ts'
import { type Consent, decide } from './consent.ts'
import { contentOf, type PlannedStep, planOf } from './plan.ts'

const summary = message('test.act', { en: () => 'act', fr: () => 'agir' })({})
const now = new Date('2026-11-21T10:00:00Z')
const nothing: Consent = { yes: false, approve: undefined }
const approving: Consent = { yes: false, approve: 'x' }

function action(effect: Effect, target = '/a', bytes = 10): Action {
  return { summary, effect, target, bytes, expected: { size: bytes } }
}

const step = (name: string, ...actions: Action[]): PlannedStep => ({ step: name, actions })
const clean = step('tmp/clean', action('destroy'))
const restart = step('app/restart', action('disrupt', 'app'))

/** The plan of these steps as it comes back from the store. */
function shown(steps: readonly PlannedStep[], over: Partial<PlanRow> = {}): PlanRow {
  const plan = planOf({ system: 's', steps }, { run: 'r1', at: now })
  const times = { createdAt: now, expiresAt: new Date(now.getTime() + 1000) }
  const blank = { runId: 'r1', approvedAt: undefined, approvedBy: undefined, usedBy: undefined }
  const content = JSON.parse(JSON.stringify(contentOf(plan, plan.steps)))
  return { id: plan.id, hash: plan.hash, system: 's', routine: 'daily', content, ...times, ...blank, ...over }
}

/** For each step how it may go, or why it waits. */
function decided(
  steps: readonly PlannedStep[],
  consent: Consent,
  approved?: PlanRow,
  standing: Parameters<typeof decide>[4] = [],
  system = 's',
): string[] {
  return steps.map((one) => {
    const decision = decide(one, { system, steps }, consent, approved, standing, now)
    return decision.go ? decision.by : decision.because
  })
}

describe('consent to a planned step', () => {
  it('is refused for destroy with --yes', () => {
    assert.deepEqual(decided([clean], { yes: true, approve: undefined }), ['unasked'])
  })

  it('is given for all that a plan showed by the approval of this very plan', () => {
    assert.deepEqual(decided([clean, restart], approving, shown([clean, restart])), ['plan', 'plan'])
  })

  it('is refused when the plan has changed, was used, ran out, was never shown or is of another system', () => {
    const other = step('tmp/clean', action('destroy', '/b'))
    const consent = { yes: true, approve: 'x' }
    const rows = [
      [shown([other]), 'changed'],
      [shown([clean, other]), 'changed'],
      [shown([clean], { usedBy: 'r0' }), 'spent'],
      [shown([clean], { expiresAt: now }), 'spent'],
      [shown([clean], { content: null }), 'changed'],
      [undefined, 'spent'],
    ] as const
    for (const [approved, why] of rows) assert.deepEqual(decided([clean], consent, approved), [why])
    assert.deepEqual(decided([clean], consent, shown([clean]), [], 'other'), ['changed'])
  })

  it('does not cover a step that the approved plan did not show, nor one that does other things now', () => {
    const more = step('app/restart', action('disrupt', 'app'), action('disrupt', 'db'))
    for (const present of [restart, more]) {
      const approved = shown(present === more ? [clean, restart] : [clean])
      assert.deepEqual(decided([clean, present], approving, approved), ['plan', 'not-shown'])
      assert.deepEqual(decided([clean, present], { yes: true, approve: 'x' }, approved), ['plan', 'yes'])
    }
  })

  it('holds for what is destroyed when a change beside it is gone', () => {
    assert.deepEqual(decided([clean], approving, shown([clean, restart])), ['plan'])
  })

  it('is given for change and disrupt by --yes, and asked for without it', () => {
    for (const effect of ['change', 'disrupt'] as const) {
      const one = step('tmp/clean', action(effect))
      assert.deepEqual(decided([one], { yes: true, approve: undefined }), ['yes'])
      assert.deepEqual(decided([one], nothing), ['unasked'])
      const approval = { step: 'tmp/clean', by: 'léa', until: '2026-11-21', maxActions: 1 }
      assert.deepEqual(decided([one], nothing, undefined, [approval]), ['standing'])
    }
  })

  it('is given by a standing approval only within its limits and until its last day', () => {
    const approval = { step: 'tmp/clean', by: 'léa', until: '2026-11-21', maxActions: 1, maxBytes: 10 }
    assert.deepEqual(decided([clean], nothing, undefined, [approval]), ['standing'])
    for (const over of [{ until: '2026-11-20' }, { maxBytes: 9 }, { step: 'other/clean' }]) {
      assert.deepEqual(decided([clean], nothing, undefined, [{ ...approval, ...over }]), ['unasked'])
    }
    const two = step('tmp/clean', action('destroy'), action('destroy', '/b'))
    assert.deepEqual(decided([two], nothing, undefined, [approval]), ['unasked'])
  })

  it('is void as soon as anything that would be destroyed differs', () => {
    const target = fc.string()
    fc.assert(
      fc.property(target, target, fc.nat(), fc.nat(), (a, b, bytesA, bytesB) => {
        const [before, present] = [action('destroy', a, bytesA), action('destroy', b, bytesB)]
        const isSame = a === b && bytesA === bytesB
        const [got] = decided([step('x', present)], approving, shown([step('x', before)]))
        assert.equal(got, isSame ? 'plan' : 'changed')
      }),
    )
  })
})

describe('a plan', () => {
  it('has an id of its own each time that it is shown', () => {
    const work = { system: 's', steps: [clean] }
    const first = planOf(work, { run: 'r1', at: now })
    assert.equal(planOf(work, { run: 'r1', at: now }).id, first.id)
    assert.notEqual(planOf(work, { run: 'r2', at: now }).id, first.id)
    assert.notEqual(planOf(work, { run: 'r1', at: new Date(now.getTime() + 1) }).id, first.id)
  })
})
