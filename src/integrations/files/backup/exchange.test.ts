import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import { BackupError } from '../../../core/backup.ts'
import { filesOptions } from '../options.ts'
import { toBytes } from './byte-path.ts'
import { swapInside, undoExchange } from './exchange.ts'
import { identityAt } from './plan-restore.ts'
import { removeTree } from './remove-tree.ts'
import { isHalfExchanged, makeStaging, openExchange } from './staging.ts'
import { treeBackup } from './tree-backup.ts'

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
        assert.ok(!(await isHalfExchanged(target)))
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
        assert.ok(await isHalfExchanged(target))
        const begun = await openExchange(staging.folder, target)
        assert.ok(begun)
        await undoExchange(target, staging.folder, begun)
        assert.deepEqual(contentOf(target), all(old, 'old'))
        assert.deepEqual(contentOf(staging.tree), all(fresh, 'fresh'))
      }),
      { numRuns: 60 },
    ))

  it('that was killed half way is not backed up, and a restore brings it to its end', () =>
    withTree(async ({ root, ctx }) => {
      writeFileSync(join(root, 'one'), 'backed up')
      writeFileSync(join(root, 'two'), 'two')
      const ability = treeBackup(filesOptions.parse({ path: 'docs' }))
      const { archive, dump } = await dumped(ability, ctx)
      writeFileSync(join(root, 'one'), 'living')
      const staging = await makeStaging(root, true)
      await staging.begin({ before: '.vigie-before-1', old: ['one', 'two'], fresh: ['one', 'two'] })
      mkdirSync(join(root, '.vigie-before-1'))
      renameSync(join(root, 'one'), join(root, '.vigie-before-1/one'))
      for (const work of [() => ability.survey(ctx), () => dumped(ability, ctx)]) {
        await assert.rejects(work, (error) => error instanceof BackupError && /half-exchanged/.test(error.text.code))
      }
      const stored = storedAs(archive, dump.facts)
      const expected = { mode: 'inside', target: root, only: [], identity: await identityAt(root) }
      const [action] = await ability.planRestore(ctx, stored, { over: true, only: [] })
      assert.ok(action)
      assert.equal(action.effect, 'change')
      const outcome = await ability.restore(ctx, stored, { ...action, expected })
      assert.equal(outcome.status, 'done')
      assert.equal(readFileSync(join(root, 'one'), 'utf8'), 'backed up')
      const kept = readdirSync(root).filter((name) => name.startsWith('.vigie-before-2'))
      assert.equal(readFileSync(join(root, kept[0] ?? '', 'one'), 'utf8'), 'living')
      assert.deepEqual((await ability.survey(ctx)).notes.length, 1)
    }))
})
