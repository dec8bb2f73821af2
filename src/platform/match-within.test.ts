import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { matchWithin } from './match-within.ts'

describe('a pattern', () => {
  it('is looked for in each text, and its first group is told', () => {
    assert.deepEqual(matchWithin('n=(\\d+)', ['', 'x', 'n=7 n=8']), { outcome: 'found', group: '7' })
    assert.deepEqual(matchWithin('x', ['x']), { outcome: 'found', group: undefined })
    assert.deepEqual(matchWithin('x', ['y', '']), { outcome: 'none' })
    assert.deepEqual(matchWithin('x', []), { outcome: 'none' })
  })

  for (const [pattern, text] of [
    ['(a+)+$', `${'a'.repeat(60)}!`],
    ['^(\\w+\\s?)*$', `${'word '.repeat(40)}!`],
    ['(.*)*x', 'a'.repeat(1_000_000)],
  ] as const) {
    it(`that backtracks without end is given up: ${pattern}`, () => {
      assert.deepEqual(matchWithin(pattern, [text], 100), { outcome: 'too-slow' })
    })
  }

  it('finds what an ordinary search finds, whatever the text', () => {
    const part = fc.constantFrom('a', 'b', '.', '[ab]', 'a*', '^', '$', '(b)', '\\s')
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.string({ maxLength: 20 }), (parts, text) => {
        const pattern = parts.join('')
        const found = new RegExp(pattern).exec(text)
        const match = matchWithin(pattern, [text])
        assert.deepEqual(match, found === null ? { outcome: 'none' } : { outcome: 'found', group: found[1] })
      }),
      { numRuns: 50 },
    )
  })

  it('that is none is a mistake of the caller', () => assert.throws(() => matchWithin('(', ['x'])))
})
