import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { toBytes } from './byte-path.ts'
import { swapInside, undoExchange } from './exchange.ts'
import { removeTree } from './remove-tree.ts'
import { makeStaging, openExchange } from './staging.ts'

describe('an exchange of what is in a folder', () => {
  let place: string
  before(() => {
    place = mkdtempSync(join(tmpdir(), 'vigie-exchange-'))
  })
  after(() => removeTree(place))

  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'é', 'lost+found'), { maxLength: 5 })
  const contentOf = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder)
        .filter((name) => !name.startsWith('.vigie'))
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    )
  const planted = async (old: readonly string[], fresh: readonly string[]) => {
    const target = mkdtempSync(join(place, 'target-'))
    for (const name of old) writeFileSync(join(target, name), `old ${name}`)
    const staging = await makeStaging(target, true)
    for (const name of fresh) writeFileSync(join(staging.tree, name), `fresh ${name}`)
    return { target, staging }
  }
  const all = (names: readonly string[], what: string) =>
    Object.fromEntries(names.map((name) => [name, `${what} ${name}`]))

  it('puts all that comes in the place of all that was there', () =>
    fc.assert(
      fc.asyncProperty(names, names, async (old, fresh) => {
        const { target, staging } = await planted(old, fresh)
        assert.equal(await swapInside(staging, target, '.vigie-before-1'), old.length > 0)
        await staging.remove()
        assert.deepEqual(contentOf(target), all(fresh, 'fresh'))
        if (old.length > 0) assert.deepEqual(contentOf(join(target, '.vigie-before-1')), all(old, 'old'))
      }),
      { numRuns: 30 },
    ))

  it('is brought back from wherever a kill left it', () =>
    fc.assert(
      fc.asyncProperty(names, names, fc.nat(10), async (old, fresh, steps) => {
        const { target, staging } = await planted(old, fresh)
        const kept = '.vigie-before-1'
        await staging.begin({ before: kept, old: old.map(toBytes), fresh: fresh.map(toBytes) })
        mkdirSync(join(target, kept))
        const moves = [
          ...old.map((name) => [join(target, name), join(target, kept, name)] as const),
          ...fresh.map((name) => [join(staging.tree, name), join(target, name)] as const),
        ]
        for (const [from, to] of moves.slice(0, steps)) renameSync(from, to)
        const begun = await openExchange(staging.folder, target)
        assert.ok(begun)
        await undoExchange(target, staging.folder, begun)
        assert.deepEqual(contentOf(target), all(old, 'old'))
        assert.deepEqual(contentOf(staging.tree), all(fresh, 'fresh'))
      }),
      { numRuns: 60 },
    ))
})
