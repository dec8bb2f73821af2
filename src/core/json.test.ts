import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from './json.ts'

const table: readonly (readonly [what: string, value: unknown, text: string])[] = [
  ['members in any order', { b: 1, a: 2 }, '{"a":2,"b":1}'],
  ['members of members', { b: { d: 1, c: [{ f: 1, e: 2 }] } }, '{"b":{"c":[{"e":2,"f":1}],"d":1}}'],
  [
    'members by code unit, as JavaScript sorts',
    { é: 1, z: 2, Z: 3, '10': 4, '9': 5 },
    '{"10":4,"9":5,"Z":3,"z":2,"é":1}',
  ],
  ['what JSON cannot say', { a: undefined, b: () => 1, c: Symbol('c'), d: null }, '{"d":null}'],
  ['what JSON cannot say in a list', [undefined, () => 1, Number.NaN], '[null,null,null]'],
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tried.
  ['a list with a hole', [1, , 2], '[1,null,2]'],
  ['a time', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ['what knows its own JSON', { toJSON: () => ({ b: 1, a: 2 }) }, '{"a":2,"b":1}'],
  ['a zero below zero', -0, '0'],
  ['nothing', undefined, 'null'],
  ['quotes and line ends', 'a"\n', '"a\\"\\n"'],
  ['an own member with an odd name', JSON.parse('{"__proto__":{"b":1,"a":2}}'), '{"__proto__":{"a":2,"b":1}}'],
]

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  )
}

describe('canonicalJson', () => {
  for (const [what, value, text] of table) {
    it(`writes ${what} as ${text}`, () => assert.equal(canonicalJson(value), text))
  }

  it('says the same as JSON does, and is its own canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))
        assert.equal(canonicalJson(JSON.parse(canonicalJson(value))), canonicalJson(value))
      }),
    )
  })

  it('does not depend on the order in which members were added', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => assert.equal(canonicalJson(shuffled(value)), canonicalJson(value))),
    )
  })

  it('tells values apart that JSON tells apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [a, b] = [one, other].map((value) => JSON.parse(JSON.stringify(value)))
        let isSame = true
        try {
          assert.deepEqual(a, b)
        } catch {
          isSame = false
        }
        assert.equal(canonicalJson(one) === canonicalJson(other), isSame)
      }),
    )
  })
})
