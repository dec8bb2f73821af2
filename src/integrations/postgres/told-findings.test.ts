import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { FindingDraft } from '../../core/verdict.ts'
import { severities } from '../../core/words.ts'
import { toldAtMost, toldOf } from './told-findings.ts'

const title = { code: 'own.title', params: {} }

describe('the findings of one look', () => {
  const severity = fc.constantFrom(...severities)
  const drafts = fc
    .array(severity, { maxLength: 3 * toldAtMost })
    .map((all) => all.map((one, at): FindingDraft => ({ subject: `public.t${at}`, severity: one, title })))

  it('are all told or counted, the gravest one by one, and none that is only counted is covered', () => {
    fc.assert(
      fc.property(drafts, fc.boolean(), (all, isPart) => {
        const looked = [...all.map(({ subject }) => subject), 'public.sound']
        const { findings, covers } = toldOf(all, looked, isPart ? looked : undefined)
        const named = findings.filter(({ subject }) => subject !== 'more')
        const more = findings.find(({ subject }) => subject === 'more')
        assert.ok(findings.length <= toldAtMost + 1)
        assert.equal(named.length + Number(more?.title.params['count'] ?? 0), all.length)
        const untold = all.filter((one) => !named.includes(one))
        const rank = (one: FindingDraft): number => severities.indexOf(one.severity)
        assert.ok(Math.max(-1, ...untold.map(rank)) <= Math.min(...named.map(rank), severities.length))
        assert.equal(more?.severity, untold.toSorted((a, b) => rank(b) - rank(a))[0]?.severity)
        for (const { subject } of untold) assert.ok(covers !== undefined && !covers.includes(subject))
        if (covers === undefined) assert.ok(!isPart && untold.length === 0)
        else assert.ok(covers.includes('public.sound'))
        // Of what this look could not see there may be more still.
        if (covers !== undefined) assert.equal(covers.includes('more'), more !== undefined)
      }),
    )
  })
})
