import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFormatter } from '../../core/formatter.ts'
import { createRenderer, locales, messageMap } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'
import type { Inspected } from '../inspect-backup.ts'
import { createVerifyCheck } from './verify.ts'

const check = createVerifyCheck(() => assert.fail('judge opens nothing'))
const seen = (id: string, more: Partial<Inspected> = {}): Inspected => ({
  ...{ id, problem: undefined, wasRead: true, isLocked: false, answers: [], notes: [] },
  ...more,
})
const problem = { code: 'checksum', text: { code: 'backups.manifest-differs', params: { id: 'b2' } } } as const
const ofSource = (status: 'pass' | 'fail'): Inspected['answers'][number] => ({
  ...{ component: 'docs', name: 'content', status, expected: 'as in the backup', actual: 'other bytes in a' },
  isOfSource: true,
})

function judged(inspected: readonly Inspected[], gone: readonly string[] = []): Verdict {
  const verdict = check.judge({ entry: 'nightly', inspected, gone }, check.options.parse({}))
  for (const locale of locales) {
    const renderer = createRenderer(messageMap(check.messages), createFormatter(locale))
    const texts = 'findings' in verdict ? (verdict.findings ?? []).flatMap(({ remedy }) => [remedy]) : []
    for (const text of [verdict.reason, ...texts])
      if (text !== undefined) assert.doesNotMatch(renderer.render(text), /^backups\.|undefined|NaN/)
  }
  return verdict
}
const told = (verdict: Verdict): readonly string[] => [
  verdict.status,
  ...('findings' in verdict ? (verdict.findings ?? []).map(({ subject, severity }) => `${subject} ${severity}`) : []),
]
const covered = (verdict: Verdict): readonly string[] | undefined => ('covers' in verdict ? verdict.covers : undefined)

describe('the verdict on the backups of an entry', () => {
  it('is none without a backup, and good only for what was read', () => {
    assert.deepEqual(told(judged([])), ['error'])
    assert.deepEqual(told(judged([seen('b3'), seen('b2', { wasRead: false })])), ['pass'])
    assert.deepEqual(told(judged([seen('b3', { wasRead: false, isLocked: true })])), ['warn'])
  })

  it('names each that cannot be relied on, and the living that is not what it looks like beside it', () => {
    const spoilt = seen('b2', { wasRead: false, problem })
    assert.deepEqual(told(judged([seen('b3'), spoilt])), ['fail', 'b2 critical'])
    const rotted = seen('b3', { answers: [ofSource('fail')] })
    assert.deepEqual(told(judged([rotted])), ['fail', 'source docs high'])
    assert.deepEqual(told(judged([rotted, spoilt])), ['fail', 'b2 critical', 'source docs high'])
    const older = seen('b1', { answers: [ofSource('fail')] })
    assert.deepEqual(told(judged([seen('b3', { answers: [ofSource('pass')] }), older])), ['fail', 'source docs high'])
  })

  it('closes what is said of one only by reading it, or when it is gone; of the living by all that there are', () => {
    const [newest, older] = [seen('b3', { answers: [ofSource('pass')] }), seen('b2', { wasRead: false })]
    assert.deepEqual(covered(judged([newest, older], ['b1'])), ['b3', 'b1', ''])
    assert.deepEqual(covered(judged([newest, seen('b2')])), ['b3', 'b2', 'source docs', ''])
    assert.deepEqual(covered(judged([seen('b3', { wasRead: false, isLocked: true })])), ['b3'])
  })
})
