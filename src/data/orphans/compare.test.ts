import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { testContext } from '../../../test/support/context.ts'
import type { FilesAbility, RowsAbility } from '../../core/data-abilities.ts'
import { compare } from './compare.ts'
import { doubtOf } from './doubt.ts'
import { createKeyTable } from './key-table.ts'
import { orphansOptions } from './options.ts'
import type { Sides } from './sides.ts'

const options = orphansOptions.parse({
  files: 'docs',
  rows: { in: 'db', query: 'select path from documents' },
  olderThan: '1d',
})
const dayMs = 86_400_000
const nowMs = 100 * dayMs

/** Both sides as lists; `hidden` are files that are there and not listed. */
function sides(
  files: readonly (readonly [path: string, ageDays: number])[],
  rows: readonly (string | null)[],
  hidden: readonly string[] = [],
): Sides {
  const ctx = testContext()
  const unused = async (): Promise<never> => assert.fail('nothing is moved by a comparison')
  const tree: FilesAbility = {
    root: async () => '/srv/documents',
    list: async (_, below, visit) => {
      const seen = files.filter(([path]) => path.startsWith(below))
      for (const [path, ageDays] of seen) {
        visit({ path, bytes: 1, changedAtMs: nowMs - ageDays * dayMs, identity: {} })
      }
      return { ok: true, count: seen.length }
    },
    has: async (_, path) => hidden.includes(path) || files.some(([one]) => one === path),
    quarantine: unused,
    quarantined: unused,
    restore: unused,
    purge: unused,
  }
  const table: RowsAbility = {
    read: async (_, __, take) => {
      for (let at = 0; at < rows.length; at += 3) if (!take(rows.slice(at, at + 3))) return
    },
    holds: async (_, __, values) => rows.some((row) => row !== null && values.includes(row)),
  }
  return { files: { abilities: tree, ctx }, rows: { abilities: table, ctx } }
}

describe('files and rows', () => {
  const name = fc.stringMatching(/^[a-d]{1,2}(?:\/[a-d]{1,2})?$/)

  it('differ by what one side has and the other has not, both ways', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), fc.array(fc.option(name, { freq: 9 })), async (files, rows) => {
        const seen = await compare(
          sides(
            files.map((path) => [path, 2]),
            rows,
          ),
          options,
          1000,
          nowMs,
        )
        const named = new Set(rows.filter((row) => row !== null))
        const orphans = files.filter((path) => !named.has(path)).toSorted()
        assert.deepEqual(
          seen.orphanFiles.map(({ path }) => path),
          orphans,
        )
        assert.equal(seen.orphans, orphans.length)
        assert.equal(seen.matched + seen.orphans, files.length)
        assert.equal(seen.missing, [...named].filter((path) => !files.includes(path)).length)
        assert.equal(seen.named, named.size)
      }),
    )
  })

  it('of which a young one may still get its row, and one that is not listed is not missing', async () => {
    const seen = await compare(
      sides(
        [
          ['new', 0.5],
          ['old', 1.5],
          ['kept', 9],
        ],
        ['kept', '.git/x', 'gone'],
        ['.git/x'],
      ),
      options,
      10,
      nowMs,
    )
    assert.deepEqual([seen.young, seen.orphans, seen.missing], [1, 1, 1])
    assert.deepEqual(seen.missingPaths, ['gone'])
  })

  it('are the first by path when there are more orphans than were asked for', async () => {
    const many = Array.from({ length: 500 }, (_, index) => [`f${(index * 7919) % 500}`.padEnd(4, '0'), 2] as const)
    const { orphanFiles, orphans } = await compare(sides(many, ['kept']), options, 3, nowMs)
    const first = many
      .map(([path]) => path)
      .toSorted()
      .slice(0, 3)
    assert.deepEqual(
      orphanFiles.map(({ path }) => path),
      first,
    )
    assert.equal(orphans, 500)
  })

  it('say nothing when the rows say too little', async () => {
    const old = [
      ['a', 2],
      ['b', 2],
    ] as const
    for (const [rows, code] of [
      [[], 'orphans.no-rows'],
      [[null, ''], 'orphans.no-rows'],
      [['x', 'y'], 'orphans.nothing-fits'],
      [['a', 'https://x.test/b'], 'orphans.elsewhere'],
    ] as const) {
      assert.equal(doubtOf(await compare(sides(old, rows), options, 10, nowMs), options)?.reason.code, code)
    }
    const ignoring = { ...options, elsewhere: 'ignore' as const }
    const seen = await compare(sides(old, ['a', 'https://x.test/b']), ignoring, 10, nowMs)
    assert.equal(doubtOf(seen, ignoring), undefined)
    assert.equal(doubtOf(await compare(sides([], ['a']), options, 10, nowMs), options)?.reason.code, 'orphans.no-files')
    const many = Array.from({ length: 1_000_001 }, () => null)
    assert.equal(
      doubtOf(await compare(sides(old, many), options, 10, nowMs), options)?.reason.code,
      'orphans.too-many-rows',
    )
  })
})

describe('a table of keys', () => {
  it('knows what was added and met, as a set does', () => {
    const key = fc.string({ maxLength: 3 })
    fc.assert(
      fc.property(fc.array(key, { maxLength: 3000 }), fc.array(key), (added, asked) => {
        const [table, set, met] = [createKeyTable(), new Set<string>(), new Set<string>()]
        for (const one of added) {
          assert.equal(table.add(one), !set.has(one))
          set.add(one)
        }
        for (const one of asked) {
          assert.equal(table.wasMet(one), set.has(one) ? met.has(one) : undefined)
          assert.equal(table.meet(one), set.has(one))
          if (set.has(one)) met.add(one)
        }
        assert.deepEqual([table.size, table.met], [set.size, met.size])
      }),
    )
  })

  it('grows without forgetting what was met', () => {
    const table = createKeyTable()
    for (let number = 0; number < 50_000; number++) {
      table.add(String(number))
      if (number % 2 === 0) table.meet(String(number))
    }
    assert.deepEqual([table.size, table.met], [50_000, 25_000])
    for (let number = 0; number < 50_000; number += 997) assert.equal(table.wasMet(String(number)), number % 2 === 0)
  })
})
