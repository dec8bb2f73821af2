import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type FedColumn, fillOf, type Sequence } from './sequences.ts'

const big = 2 ** 63 - 1
const sequence = (more: Partial<Sequence>): Sequence => ({
  ...{ oid: 1, schema: 'public', name: 's', type: 'bigint', start: 1, increment: 1, min: 1, max: big },
  ...{ cycles: false, last: null, unseen: null, column: null, role: 'vigie' },
  ...more,
})
const column = (type: string, more: Partial<FedColumn> = {}): FedColumn => ({
  ...{ schema: 'public', table: 't', name: 'id', type, isDomain: false, isIdentity: false, isKey: false, bytes: 0 },
  ...more,
})

describe('the fill of a sequence', () => {
  const cases: readonly (readonly [string, Partial<Sequence>, string])[] = [
    ['is none before its first value', { max: 100 }, '0% by sequence, 100 left'],
    ['is whole at its last', { max: 100, last: 100 }, '100% by sequence, 0 left'],
    ['counts the values that are left by its step', { max: 100, last: 50, increment: 10 }, '50% by sequence, 5 left'],
    [
      'is that of the column when it holds less',
      { last: 2 ** 31 - 1, column: column('integer') },
      '100% by column, 0 left',
    ],
    ['may be past the end of the column', { last: 40_000, column: column('smallint') }, '122% by column, 0 left'],
    ['is its own when the column holds as much', { last: 1, column: column('bigint') }, `0% by sequence, ${big} left`],
    [
      'is its own when the column has no end',
      { max: 10, last: 8, column: column('numeric') },
      '80% by sequence, 2 left',
    ],
    ['counts what lies before a far start as gone', { start: 90, max: 100, last: 90 }, '90% by sequence, 10 left'],
    [
      'counts from a start that is its least value',
      { start: -100, min: -100, max: 99, last: -1 },
      '50% by sequence, 100 left',
    ],
    [
      'does not count negative values that it never gives',
      { min: -100, max: 100, last: 50 },
      '50% by sequence, 50 left',
    ],
    ['goes downwards too', { start: -1, increment: -1, min: -100, max: -1, last: -70 }, '70% by sequence, 30 left'],
    [
      'goes downwards to the end of its column',
      { start: -1, increment: -1, min: -big, max: -1, last: -32_768, column: column('smallint') },
      '100% by column, 0 left',
    ],
    ['is no matter when it begins again', { cycles: true, max: 100, last: 99 }, 'none'],
    [
      'is one when it begins again in a key',
      { cycles: true, max: 100, last: 90, column: column('bigint', { isKey: true }) },
      '90% by sequence, 10 left',
    ],
    [
      'is one when the column ends before it begins again',
      { cycles: true, last: 32_767, column: column('smallint') },
      '100% by column, 0 left',
    ],
  ]
  for (const [title, more, expected] of cases) {
    it(title, () => {
      const fill = fillOf(sequence(more))
      const told = fill === undefined ? 'none' : `${Math.round(fill.ratio * 100)}% by ${fill.endsBy}, ${fill.left} left`
      assert.equal(told, expected)
    })
  }

  it('never shrinks as it goes on, and is the same in a mirror', () => {
    const value = fc.integer({ min: 1, max: 32_767 })
    fc.assert(
      fc.property(value, value, value, (a, b, start) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)]
        const up = (last: number) => fillOf(sequence({ start, max: 32_767, last }))
        const down = (last: number) =>
          fillOf(sequence({ start: -start, increment: -1, min: -32_767, max: -1, last: -last }))
        assert.ok((up(less)?.ratio ?? 0) <= (up(more)?.ratio ?? 0))
        assert.deepEqual(up(a), down(a))
      }),
    )
  })
})
