import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import type { Severity } from '../core/words.ts'
import { outcome, type StepOutcome } from '../engine/outcome.ts'
import { createSilentComponents } from './silent-components.ts'

const title = message('test.down', { en: () => 'down', fr: () => 'en panne' })({})
const noAnswer = (severity: Severity = 'critical'): StepOutcome =>
  outcome('fail', { findings: [{ subject: '', severity, title }] })
const wrongAnswer = outcome('fail', { canClose: true, findings: [{ subject: '', severity: 'critical', title }] })

describe('a component that gives no answer', () => {
  it('is told by the first check that finds out; others have nothing to add until that one hears something', () => {
    const silent = createSilentComponents([])
    assert.equal(silent.isSaid('api/status', 'api', noAnswer()), false)
    silent.note('api/status', 'api', noAnswer(), true)
    for (const seen of [noAnswer(), noAnswer('high'), outcome('error')]) {
      assert.equal(silent.isSaid('api/health', 'api', seen), true)
      assert.equal(silent.isSaid('db/reachable', 'db', seen), false)
      assert.equal(silent.isSaid('api/status', 'api', seen), false, 'its own looks count')
    }
    silent.note('api/status', 'api', outcome('error'), true)
    assert.equal(silent.isSaid('api/health', 'api', noAnswer()), true, 'what could not be told ends nothing')
    silent.note('api/status', 'api', outcome('pass', { canClose: true }), true)
    assert.equal(silent.isSaid('api/health', 'api', noAnswer()), false)
  })

  it('is told again by what is worse, and by a wrong answer', () => {
    const silent = createSilentComponents([])
    silent.note('api/health', 'api', noAnswer('high'), true)
    assert.equal(silent.isSaid('api/status', 'api', noAnswer('critical')), false)
    assert.equal(silent.isSaid('api/status', 'api', wrongAnswer), false)
  })

  it('is not said by a failure of which nobody was told, nor by a wrong answer', () => {
    const silent = createSilentComponents([])
    silent.note('api/health', 'api', noAnswer(), false)
    silent.note('api/status', 'api', wrongAnswer, true)
    assert.equal(silent.isSaid('api/latency', 'api', outcome('error')), false)
  })

  it('is said by the alert of another check that fires since before the start', () => {
    const alert = { source: 'check', rule: 'api/status', component: 'api', severity: 'critical', labels: {} } as Alert
    const silent = createSilentComponents([alert])
    assert.equal(silent.isSaid('api/health', 'api', noAnswer()), true)
    silent.note('api/status', 'api', wrongAnswer, true)
    assert.equal(silent.isSaid('api/health', 'api', noAnswer()), false)
  })
})
