import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { changesBetween } from './arrangement-changes.ts'
import { type Arrangement, itemKinds } from './changes.ts'

const arrangement = (items: Readonly<Record<string, string>>, isComplete = true): Arrangement => ({ items, isComplete })
const items = fc.dictionary(
  fc
    .tuple(fc.constantFrom(...itemKinds), fc.constantFrom('a', 'b', '__proto__', 'x: y'))
    .map((parts) => parts.join(':')),
  fc.constantFrom('', 'on', 'SUPERUSER', 'PUBLIC: SELECT'),
)

describe('the changes between two looks', () => {
  it('are none of the same, all of what differs, and the same in any order of looking', () => {
    fc.assert(
      fc.property(items, items, (was, now) => {
        assert.deepEqual(changesBetween(arrangement(was), arrangement({ ...was })), [])
        const changes = changesBetween(arrangement(was), arrangement(now))
        const keys = new Set([...Object.keys(was), ...Object.keys(now)])
        const differing = [...keys].filter((key) => was[key] !== now[key])
        assert.equal(changes.length, differing.length)
        const back = Object.fromEntries(Object.entries(now).reverse())
        assert.deepEqual(changesBetween(arrangement(was), arrangement(back)), changes)
      }),
    )
  })

  const cases: readonly (readonly [string, string | undefined, string | undefined, string])[] = [
    ['setting:fsync', undefined, 'off', 'high'],
    ['setting:fsync', 'off', undefined, 'low'],
    ['setting:autovacuum', undefined, 'off', 'medium'],
    ['setting:work_mem', '1', '2', 'low'],
    ['role:a', 'LOGIN', 'LOGIN, SUPERUSER', 'high'],
    ['role:a', 'LOGIN, SUPERUSER', 'LOGIN', 'low'],
    ['role:a', undefined, 'LOGIN', 'medium'],
    ['role:a', 'LOGIN', 'LOGIN, BYPASSRLS', 'medium'],
    ['role:a', 'LOGIN', undefined, 'low'],
    ['member:a in pg_execute_server_program', undefined, 'member', 'high'],
    ['member:a in b', undefined, 'member', 'medium'],
    ['member:a in b', 'member', undefined, 'low'],
    ['grant:table t', 'a: SELECT', 'PUBLIC: SELECT; a: SELECT', 'medium'],
    ['grant:table t', 'PUBLIC: SELECT; a: SELECT', 'PUBLIC: SELECT', 'low'],
    ['extension:x', '1.0', '1.1', 'low'],
  ]
  for (const [key, before, after, severity] of cases) {
    it(`weigh ${severity} when ${key} goes from ${before} to ${after}`, () => {
      const one = (value: string | undefined): Arrangement => arrangement(value === undefined ? {} : { [key]: value })
      assert.deepEqual(
        changesBetween(one(before), one(after)).map((change) => change.severity),
        [severity],
      )
    })
  }

  it('leave out settings that one of the looks may not have been shown', () => {
    const [all, some] = [arrangement({ 'setting:a': '1', 'setting:b': '1' }), arrangement({ 'setting:b': '2' }, false)]
    assert.deepEqual(
      changesBetween(all, some).map(({ name }) => name),
      ['b'],
    )
    assert.deepEqual(
      changesBetween(some, all).map(({ name }) => name),
      ['b'],
    )
  })
})
