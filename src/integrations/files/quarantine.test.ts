import assert from 'node:assert/strict'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import type { StepContext } from '../../core/context.ts'
import type { FilesAbility, ListedFile } from '../../core/data-abilities.ts'
import { VigieError } from '../../core/errors.ts'
import { dayOf, manifestOf } from './manifest.ts'
import { filesOptions } from './options.ts'
import { fileTree } from './tree.ts'

interface Place {
  readonly root: string
  readonly outside: string
  readonly tree: FilesAbility
  readonly ctx: StepContext
  put(path: string, text?: string): void
  at(path: string): string
  listed(path: string): Promise<ListedFile>
}

async function scratch(work: (place: Place) => Promise<void>, protectedPaths: readonly string[] = []): Promise<void> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'vigie-quarantine-')))
  const [root, outside] = [join(dir, 'root'), join(dir, 'outside')]
  mkdirSync(root)
  mkdirSync(outside)
  const ctx = testContext({ protectedPaths: async () => protectedPaths.map((path) => join(root, path)) })
  const tree = fileTree(filesOptions.parse({ path: root }))
  const at = (path: string): string => join(root, path)
  const put = (path: string, text = path): void => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
  }
  const listed = async (path: string): Promise<ListedFile> => {
    const found: ListedFile[] = []
    await tree.list(ctx, '', (file) => void found.push(file))
    return found.find((one) => one.path === path) ?? assert.fail(`${path} is not listed`)
  }
  try {
    await work({ root, outside, tree, ctx, put, at, listed })
  } finally {
    await ctx.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

const names = async ({ tree, ctx }: Place): Promise<readonly string[]> => {
  const found: string[] = []
  const listing = await tree.list(ctx, '', ({ path }) => void found.push(path))
  assert.ok(listing.ok)
  return found.toSorted()
}

describe('a file in quarantine', () => {
  it('is out of the tree, is its owner’s alone, comes back as it was, and leaves nothing behind', () =>
    scratch(async (place) => {
      const { tree, ctx, put, at, listed } = place
      for (const path of ['a/b/x.pdf', "été/l'avis \n 2.pdf", '-rf', 'a/c']) put(path)
      const before = statSync(at('a/b/x.pdf'))
      for (const path of ['a/b/x.pdf', "été/l'avis \n 2.pdf", '-rf']) {
        assert.equal((await tree.quarantine(ctx, await listed(path), 'documents')).status, 'done')
        assert.ok(!existsSync(at(path)))
      }
      assert.deepEqual(await names(place), ['a/c'])
      assert.equal(statSync(at('.vigie-quarantine')).mode & 0o777, 0o700)
      assert.deepEqual(await tree.quarantined(ctx, 'others'), [])
      const kept = await tree.quarantined(ctx, 'documents')
      assert.deepEqual(kept.map(({ path }) => path).toSorted(), ['-rf', 'a/b/x.pdf', "été/l'avis \n 2.pdf"])
      for (const one of kept) assert.equal((await tree.restore(ctx, one)).status, 'done')
      const after = statSync(at('a/b/x.pdf'))
      assert.deepEqual([after.mtimeMs, after.ino, after.mode], [before.mtimeMs, before.ino, before.mode])
      assert.ok(!existsSync(at('.vigie-quarantine')))
      assert.equal((await tree.restore(ctx, kept[0] ?? assert.fail())).status, 'skipped')
    }))

  it('never overwrites what stands in its place by now, and is kept when the same path comes again', () =>
    scratch(async ({ tree, ctx, put, at, listed }) => {
      put('x', 'first')
      await tree.quarantine(ctx, await listed('x'), 'o')
      put('x', 'second')
      const [first] = await tree.quarantined(ctx, 'o')
      assert.equal((await tree.restore(ctx, first ?? assert.fail())).status, 'skipped')
      assert.equal(readFileSync(at('x'), 'utf8'), 'second')
      await tree.quarantine(ctx, await listed('x'), 'o')
      put('x/y', 'third')
      await tree.quarantine(ctx, await listed('x/y'), 'o')
      const kept = await tree.quarantined(ctx, 'o')
      assert.deepEqual(kept.map(({ place }) => readFileSync(at(place), 'utf8')).toSorted(), [
        'first',
        'second',
        'third',
      ])
    }))

  it('goes for good when it is purged, alone', () =>
    scratch(async ({ tree, ctx, put, at, listed }) => {
      put('a/x')
      put('a/y')
      for (const path of ['a/x', 'a/y']) await tree.quarantine(ctx, await listed(path), 'o')
      const [x = assert.fail(), y = assert.fail()] = await tree.quarantined(ctx, 'o')
      assert.equal((await tree.purge(ctx, x)).status, 'done')
      assert.deepEqual(await tree.quarantined(ctx, 'o'), [y])
      assert.equal((await tree.purge(ctx, x)).status, 'skipped')
      const inTree = { ...y, place: 'a/z' }
      put('a/z')
      assert.equal((await tree.purge(ctx, inTree)).status, 'skipped')
      assert.equal((await tree.purge(ctx, { ...y, place: '.vigie-quarantine/../a/z' })).status, 'skipped')
      assert.ok(existsSync(at('a/z')))
    }))

  it('is known by its manifest alone: lines that were cut off or made up lead nowhere', () =>
    scratch(async ({ tree, ctx, put, at, listed, root }) => {
      put('x')
      await tree.quarantine(ctx, await listed('x'), 'o')
      const day = join(root, '.vigie-quarantine', dayOf(new Date()))
      const [kept] = await tree.quarantined(ctx, 'o')
      const line = { path: '../../../x', owner: 'o', takenAtMs: 1, bytes: 1, identity: kept?.identity }
      writeFileSync(manifestOf(day), `${readFileSync(manifestOf(day), 'utf8')}${JSON.stringify(line)}\n{"path":"y","ow`)
      put('y')
      await tree.quarantine(ctx, await listed('y'), 'o')
      assert.deepEqual(
        (await tree.quarantined(ctx, 'o')).map(({ path }) => path),
        ['x', 'y'],
      )
      assert.ok(!existsSync(at('x')))
    }))
})

describe('a file that is to go into quarantine', () => {
  it('stays when it changed, went, became a link, or is protected', () =>
    scratch(
      async ({ tree, ctx, put, at, listed, outside }) => {
        for (const path of ['changed', 'gone', 'link', 'folder/x', 'mine/x']) put(path)
        const seen = new Map<string, ListedFile>()
        for (const path of ['changed', 'gone', 'link', 'folder/x']) seen.set(path, await listed(path))
        const mine = { ...(seen.get('gone') ?? assert.fail()), path: 'mine/x' }
        put('changed', 'longer than before')
        rmSync(at('gone'))
        rmSync(at('link'))
        writeFileSync(join(outside, 'target'), 'link')
        symlinkSync(join(outside, 'target'), at('link'))
        mkdirSync(join(outside, 'folder'))
        linkSync(at('folder/x'), join(outside, 'folder', 'x'))
        rmSync(at('folder'), { recursive: true })
        symlinkSync(join(outside, 'folder'), at('folder'))
        for (const file of [...seen.values(), mine]) {
          assert.equal((await tree.quarantine(ctx, file, 'o')).status, 'skipped', file.path)
        }
        assert.ok(existsSync(join(outside, 'target')) && existsSync(join(outside, 'folder', 'x')))
        assert.ok(!existsSync(at('.vigie-quarantine')))
        for (const path of ['../outside/target', '/etc/passwd']) {
          const file = { ...(seen.get('gone') ?? assert.fail()), path }
          assert.equal((await tree.quarantine(ctx, file, 'o')).status, 'skipped', path)
        }
      },
      ['mine'],
    ))

  it('goes nowhere when the quarantine leads elsewhere', () =>
    scratch(async ({ tree, ctx, put, at, listed, outside }) => {
      put('x')
      const file = await listed('x')
      symlinkSync(outside, at('.vigie-quarantine'))
      await assert.rejects(tree.quarantine(ctx, file, 'o'), VigieError)
      rmSync(at('.vigie-quarantine'))
      writeFileSync(at('.vigie-quarantine'), 'a file')
      await assert.rejects(tree.quarantine(ctx, file, 'o'), VigieError)
      rmSync(at('.vigie-quarantine'))
      mkdirSync(join(at('.vigie-quarantine'), dayOf(new Date())), { recursive: true })
      symlinkSync(outside, join(at('.vigie-quarantine'), dayOf(new Date()), 'files'))
      await assert.rejects(tree.quarantine(ctx, file, 'o'), VigieError)
      assert.ok(existsSync(at('x')))
    }))
})

describe('a tree', () => {
  it('that cannot be seen is told as such, and a folder in it that is a link is none', () =>
    scratch(async ({ tree, ctx, root, outside }) => {
      symlinkSync(outside, join(root, 'link'))
      for (const below of ['nowhere/', 'link/']) {
        const listing = await tree.list(ctx, below, () => assert.fail('nothing is there'))
        assert.equal(listing.ok, false)
      }
      const gone = fileTree(filesOptions.parse({ path: join(root, 'gone') }))
      await assert.rejects(
        gone.list(ctx, '', () => undefined),
        VigieError,
      )
    }))
})
