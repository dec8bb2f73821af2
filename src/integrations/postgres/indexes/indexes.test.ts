import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { duplicates, type Index, overlaps, unused } from './indexes.ts'

const anIndex = (overrides: Partial<Index> = {}): Index => ({
  schema: 'public',
  table: 'clients',
  name: 'a_idx',
  bytes: 8192,
  scans: 1,
  uniqueness: '',
  isValid: true,
  isBuilding: false,
  isNeeded: false,
  method: 'btree',
  columns: ['email'],
  included: '',
  predicate: '',
  statisticsAgeMs: 0,
  rowXids: [800, 800, 700],
  committedAgeMs: null,
  isPartitioned: false,
  parts: [],
  ...overrides,
})

const pairs = (redundant: ReturnType<typeof duplicates>): string[] =>
  redundant.map(({ index, keeps }) => `${index.name} → ${keeps.name}`)

describe('duplicates', () => {
  const other = (overrides: Partial<Index>): Index => anIndex({ name: 'b_idx', ...overrides })
  const cases: readonly (readonly [string, readonly Index[], readonly string[]])[] = [
    ['names the less used of two equal ones', [anIndex(), other({ scans: 9 })], ['a_idx → b_idx']],
    [
      'keeps the one that a constraint needs, however little used',
      [anIndex(), other({ isNeeded: true, scans: 0 })],
      ['a_idx → b_idx'],
    ],
    ['keeps the unique one', [anIndex({ scans: 9 }), other({ uniqueness: 'unique', scans: 0 })], ['a_idx → b_idx']],
    ['never names two that constraints need', [anIndex({ isNeeded: true }), other({ isNeeded: true })], []],
    [
      'names a unique one beside a constraint that keeps out the same',
      [anIndex({ uniqueness: 'unique' }), other({ uniqueness: 'unique', isNeeded: true })],
      ['a_idx → b_idx'],
    ],
    [
      'keeps both when they keep out different things',
      [anIndex({ uniqueness: 'unique nulls not distinct' }), other({ uniqueness: 'unique' })],
      [],
    ],
    [
      'keeps an immediate unique one beside a deferrable constraint',
      [anIndex({ uniqueness: 'unique' }), other({ uniqueness: 'unique deferrable', isNeeded: true })],
      [],
    ],
    ['knows other columns', [anIndex(), other({ columns: ['name'] })], []],
    ['knows the order of columns', [anIndex({ columns: ['a', 'b'] }), other({ columns: ['b', 'a'] })], []],
    ['knows other tables', [anIndex(), other({ table: 'policies' })], []],
    ['knows other schemas', [anIndex(), other({ schema: 'archive' })], []],
    ['knows other methods', [anIndex(), other({ method: 'hash' })], []],
    ['knows other predicates', [anIndex(), other({ predicate: '(id > 0)' })], []],
    ['knows included columns', [anIndex(), other({ included: 'bio' })], []],
    ['leaves invalid ones to their own check', [anIndex(), other({ isValid: false })], []],
  ]
  for (const [title, all, expected] of cases) {
    it(title, () => assert.deepEqual(pairs(duplicates(all)), expected))
  }
})

describe('overlaps', () => {
  const long = (overrides: Partial<Index> = {}): Index =>
    anIndex({ name: 'long_idx', columns: ['email', 'name'], ...overrides })
  const cases: readonly (readonly [string, readonly Index[], readonly string[]])[] = [
    ['names the beginning of a longer one', [anIndex(), long()], ['a_idx → long_idx']],
    ['names nothing that ends the same way', [anIndex({ columns: ['name'] }), long()], []],
    ['never names a unique one', [anIndex({ uniqueness: 'unique' }), long()], []],
    ['never names what a constraint needs', [anIndex({ isNeeded: true }), long()], []],
    ['names nothing for the sake of one that is unused itself', [anIndex(), long({ scans: 0 })], []],
    [
      'names it for the sake of an unused one that a constraint needs',
      [anIndex(), long({ scans: 0, isNeeded: true })],
      ['a_idx → long_idx'],
    ],
    ['is about b-trees only', [anIndex({ method: 'gin' }), long({ method: 'gin' })], []],
    ['keeps one that holds columns the longer lacks', [anIndex({ included: 'bio' }), long()], []],
    ['keeps one with another predicate', [anIndex({ predicate: '(id > 0)' }), long()], []],
    [
      'points at the longest',
      [anIndex(), long(), long({ name: 'longest_idx', columns: ['email', 'name', 'id'] })],
      ['a_idx → longest_idx', 'long_idx → longest_idx'],
    ],
  ]
  for (const [title, all, expected] of cases) {
    it(title, () => assert.deepEqual(pairs(overlaps(all)), expected))
  }
})

describe('unused', () => {
  it('names what nothing reads and nothing needs', () => {
    const all = [
      anIndex({ name: 'read', columns: ['a'] }),
      anIndex({ name: 'primary', columns: ['b'], scans: 0, isNeeded: true }),
      anIndex({ name: 'unique', columns: ['c'], scans: 0, uniqueness: 'unique' }),
      anIndex({ name: 'broken', columns: ['d'], scans: 0, isValid: false }),
      anIndex({ name: 'useless', columns: ['e'], scans: 0 }),
    ]
    assert.deepEqual(
      unused(all).map(({ name }) => name),
      ['useless'],
    )
  })
})

describe('advice on indexes', () => {
  const index = fc.record({
    scans: fc.constantFrom(0, 1, 5),
    uniqueness: fc.constantFrom('', '', '', 'unique', 'unique nulls not distinct'),
    isValid: fc.constantFrom(true, true, true, false),
    isNeeded: fc.constantFrom(false, false, true),
    columns: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
    predicate: fc.constantFrom('', '', '(id > 0)'),
  })
  const indexes = fc
    .array(index, { maxLength: 8 })
    .map((all) => all.map((one, position) => anIndex({ ...one, name: `i${position}` })))

  it('followed to the letter leaves every used index itself or one that serves its queries', () => {
    fc.assert(
      fc.property(indexes, (all) => {
        const dropped = new Set([...duplicates(all), ...overlaps(all)].map((one) => one.index).concat(unused(all)))
        const left = all.filter((one) => one.isValid && !dropped.has(one))
        for (const one of all.filter(({ isValid, scans }) => isValid && scans > 0)) {
          const serves = (other: Index): boolean =>
            other.predicate === one.predicate && one.columns.every((column, k) => other.columns[k] === column)
          assert.ok(left.some(serves), `${one.name} is gone and nothing serves its queries`)
        }
      }),
    )
  })

  it('never drops what keeps something out, unless another that keeps out the same stays', () => {
    fc.assert(
      fc.property(indexes, (all) => {
        const dropped = new Set([...duplicates(all), ...overlaps(all)].map((one) => one.index).concat(unused(all)))
        for (const one of dropped) {
          assert.equal(one.isNeeded, false)
          if (one.uniqueness === '') continue
          assert.ok(
            all.some(
              (other) =>
                !dropped.has(other) &&
                other.isValid &&
                other.uniqueness === one.uniqueness &&
                other.columns.join() === one.columns.join(),
            ),
          )
        }
      }),
    )
  })

  it('names no index for two reasons', () => {
    fc.assert(
      fc.property(indexes, (all) => {
        const named = [...duplicates(all), ...overlaps(all)].map((one) => one.index).concat(unused(all))
        assert.equal(new Set(named).size, named.length)
      }),
    )
  })
})
