import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { message } from '../core/message.ts'
import type { FindingDraft } from '../core/verdict.ts'
import type { FindingRow } from '../store/finding-store.ts'
import { type Look, settleFindings } from './finding-life.ts'

const title = message('test.title', { en: () => 'title', fr: () => 'titre' })({})
const draft = (subject: string, severity: FindingDraft['severity'] = 'high'): FindingDraft => ({
  subject,
  severity,
  title,
})
const day = (n: number): Date => new Date(Date.UTC(2026, 10, n))

function look(over: Partial<Look>): Look {
  const base = { system: 's', step: 'db/x', kind: 'postgres-x', component: 'db', runId: 'r1', at: day(1) }
  return { ...base, drafts: [], canClose: true, covers: undefined, ...over }
}

/** Plays looks one after the other on one memory. */
function play(...looks: Look[]): { rows: Map<string, FindingRow>; events: string[] } {
  const rows = new Map<string, FindingRow>()
  const events: string[] = []
  for (const one of looks) {
    const settled = settleFindings(one, [...rows.values()])
    for (const row of settled.rows) rows.set(row.subject, row)
    events.push(...settled.events.map(({ event }) => event))
  }
  return { rows, events }
}

describe('the life of a finding', () => {
  it('opens, stays one while it is seen, is fixed by a clean look and comes back as itself', () => {
    const seen = look({ drafts: [draft('a')] })
    const { rows, events } = play(seen, { ...seen, at: day(2) }, look({ at: day(3) }), { ...seen, at: day(4) })
    assert.deepEqual(events, ['opened', 'fixed', 'back'])
    const row = rows.get('a')
    assert.equal(row?.state, 'open')
    assert.equal(row?.timesSeen, 3)
    assert.deepEqual(row?.firstSeenAt, day(1))
    assert.equal(row?.fixedAt, undefined)
  })

  it('is not closed by a look that could not see', () => {
    const { rows } = play(look({ drafts: [draft('a')] }), look({ canClose: false }))
    assert.equal(rows.get('a')?.state, 'open')
  })

  it('is not closed by a look that covered other subjects', () => {
    const { rows } = play(look({ drafts: [draft('a'), draft('b')] }), look({ covers: ['b'] }))
    assert.equal(rows.get('a')?.state, 'open')
    assert.equal(rows.get('b')?.state, 'fixed')
  })

  it('stays accepted until its date, then is open again', () => {
    const opened = settleFindings(look({ drafts: [draft('a')] }), []).rows[0]
    assert.ok(opened)
    const accepted: FindingRow = {
      ...opened,
      state: 'accepted',
      acceptedUntil: day(10),
      acceptedBy: 'léa',
      acceptedReason: 'x',
    }
    const before = settleFindings(look({ drafts: [draft('a')], at: day(9) }), [accepted])
    assert.equal(before.rows[0]?.state, 'accepted')
    const after = settleFindings(look({ drafts: [draft('a')], at: day(10) }), [accepted])
    assert.equal(after.rows[0]?.state, 'open')
    assert.equal(after.rows[0]?.acceptedBy, undefined)
    assert.deepEqual(
      after.events.map(({ event }) => event),
      ['acceptance-ended'],
    )
  })

  it('is not brought back, closed or changed by a look that is older than what is known; being seen counts', () => {
    const seen = look({ drafts: [draft('a')], at: day(3) })
    const fixed = look({ at: day(5) })
    const before = play(seen, fixed, look({ drafts: [draft('a', 'critical')], at: day(4) }))
    assert.deepEqual(before.events, ['opened', 'fixed'])
    const row = before.rows.get('a')
    assert.deepEqual([row?.state, row?.severity, row?.timesSeen, row?.lastSeenAt], ['fixed', 'high', 2, day(4)])
    const late = play(seen, look({ at: day(2) }), look({ drafts: [draft('a', 'low')], at: day(1) }))
    assert.deepEqual(late.events, ['opened'])
    const open = late.rows.get('a')
    assert.deepEqual([open?.state, open?.severity, open?.timesSeen], ['open', 'high', 2])
    assert.deepEqual([open?.firstSeenAt, open?.lastSeenAt], [day(1), day(3)])
  })

  it('tells of a severity that changed', () => {
    const { rows, events } = play(look({ drafts: [draft('a', 'low')] }), look({ drafts: [draft('a', 'critical')] }))
    assert.equal(rows.get('a')?.severity, 'critical')
    assert.deepEqual(events, ['opened', 'severity-changed'])
  })

  it('is open after any history exactly when the last look that saw it names it', () => {
    const subjects = ['a', 'b', 'c'] as const
    const lookArbitrary = fc.record({ named: fc.subarray([...subjects]), canClose: fc.boolean() })
    fc.assert(
      fc.property(fc.array(lookArbitrary, { maxLength: 12 }), (history) => {
        const { rows } = play(
          ...history.map(({ named, canClose }, index) =>
            look({
              drafts: named.map((subject) => draft(subject)),
              canClose: canClose || named.length > 0,
              at: day(index + 1),
            }),
          ),
        )
        for (const subject of subjects) {
          const looks = history.filter(({ named, canClose }) => canClose || named.length > 0)
          const isNamed = looks.at(-1)?.named.includes(subject) ?? false
          assert.equal(rows.get(subject)?.state === 'open', isNamed)
        }
      }),
    )
  })
})
