import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { pathsOf, sparkline } from './sparkline.ts'

const given = fc.array(fc.option(fc.double({ min: -1e9, max: 1e12 }), { nil: undefined }), { maxLength: 200 })
const numbersIn = (d: string): readonly number[] => (d.match(/-?[\d.]+/g) ?? []).map(Number)

describe('a sparkline', () => {
  it('draws values from zero up to the highest, and a dot at the newest', () => {
    assert.deepEqual(pathsOf([0, 5, 10]), [
      { kind: 'line', d: 'M0 30L120 16L240 2' },
      { kind: 'last', d: 'M240 2h0' },
    ])
  })

  it('leaves a hole open, and marks it, where nothing was measured', () => {
    assert.deepEqual(pathsOf([10, undefined, undefined, 10, undefined]), [
      { kind: 'line', d: 'M0 2h0' },
      { kind: 'hole', d: 'M0 30H180' },
      { kind: 'line', d: 'M180 2h0' },
      { kind: 'hole', d: 'M180 30H240' },
      { kind: 'last', d: 'M180 2h0' },
    ])
  })

  it('of nothing is one hole, and no line stands for it', () => {
    assert.deepEqual(pathsOf([undefined, undefined]), [{ kind: 'hole', d: 'M0 30H240' }])
    assert.deepEqual(pathsOf([]), [])
  })

  it('stays inside the picture and is made of numbers, whatever was measured', () => {
    fc.assert(
      fc.property(given, (values) => {
        for (const { d } of pathsOf(values)) {
          assert.doesNotMatch(d, /NaN|Infinity|undefined|e/)
          for (const number of numbersIn(d)) assert.ok(number >= 0 && number <= 240, d)
        }
      }),
    )
  })

  it('draws as many points as were measured', () => {
    fc.assert(
      fc.property(given, (values) => {
        const points = pathsOf(values)
          .filter(({ kind }) => kind === 'line')
          .reduce((sum, { d }) => sum + d.split('L').length, 0)
        assert.equal(points, values.filter((value) => value !== undefined && Number.isFinite(value)).length)
      }),
    )
  })

  it('says in words what it shows, whatever they hold', () => {
    const svg = sparkline([1], '"><script>alert(1)</script>')
    assert.match(svg, /role="img" aria-label="&quot;&gt;&lt;script&gt;/)
    assert.doesNotMatch(svg, /<script/)
  })
})
