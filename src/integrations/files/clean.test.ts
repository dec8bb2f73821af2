import assert from 'node:assert/strict'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { aComponent, testContext } from '../../../test/support/context.ts'
import { VigieError } from '../../core/errors.ts'
import { staleCheck } from './checks/stale.ts'
import { filesOptions } from './options.ts'
import { cleanTask } from './tasks/clean.ts'

const old = new Date(Date.now() - 90 * 86_400_000)

/** A scratch folder with `root`, the declared one, and `outside`; both real paths. */
async function scratch(
  work: (place: {
    root: string
    outside: string
    put: (path: string, bytes?: number, at?: Date) => string
  }) => Promise<void>,
): Promise<void> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'vigie-files-')))
  const [root, outside] = [join(dir, 'root'), join(dir, 'outside')]
  mkdirSync(root)
  mkdirSync(outside)
  const put = (path: string, bytes = 10, at = old): string => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'x'.repeat(bytes))
    utimesSync(path, at, at)
    return path
  }
  try {
    await work({ root, outside, put })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function clean(
  root: string,
  options: object = {},
  between: () => void = () => undefined,
  protectedPaths: readonly string[] = [],
) {
  const ctx = testContext({ protectedPaths: async () => protectedPaths })
  const parsed = cleanTask.options.parse(options)
  const component = aComponent(filesOptions.parse({ path: root }))
  try {
    const actions = await cleanTask.plan(component, parsed, ctx)
    between()
    const outcomes = []
    for (const action of actions) outcomes.push(await cleanTask.execute(action, component, parsed, ctx))
    return { actions, outcomes }
  } finally {
    await ctx.close()
  }
}

describe('the cleaning of files [A11]', () => {
  it('goes by age, size and glob, plans without touching anything, and reports the bytes freed', () =>
    scratch(async ({ root, put }) => {
      put(join(root, 'old.log'), 5000)
      put(join(root, 'old-small.log'), 10)
      put(join(root, 'old.pdf'), 5000)
      put(join(root, 'new.log'), 5000, new Date())
      let planned = 0
      const { actions, outcomes } = await clean(root, { glob: '**/*.log', olderThan: '30d', largerThan: '1kB' }, () => {
        planned = readdirSync(root).length
      })
      assert.equal(planned, 4)
      assert.deepEqual(
        actions.map(({ target, effect }) => [target, effect]),
        [[join(root, 'old.log'), 'destroy']],
      )
      const [outcome] = outcomes
      assert.ok(outcome?.status === 'done' && (outcome.bytes ?? 0) >= 4096)
      assert.deepEqual(readdirSync(root).toSorted(), ['new.log', 'old-small.log', 'old.pdf'])
    }))

  it('does not follow links, nor take them for files', () =>
    scratch(async ({ root, outside, put }) => {
      put(join(outside, 'precious'))
      symlinkSync(outside, join(root, 'folder'))
      symlinkSync(join(outside, 'precious'), join(root, 'file'))
      assert.deepEqual((await clean(root)).actions, [])
      assert.ok(existsSync(join(outside, 'precious')))
    }))

  it('leaves alone databases, backup repositories, version control, state, configs with what they need, and what it is told to protect', () =>
    scratch(async ({ root, put }) => {
      for (const file of [
        'app/vigie.config.json',
        'app/.env.production',
        'app/package.json',
        'app/node_modules/zod/index.js',
        'worktree/.git',
        'state/state.db',
        'state/audit.head',
        'pg/PG_VERSION',
        'pg/global/1',
        'pg/base/2',
        '.vigie/state.db',
        'code/.git/HEAD',
        'restic/config',
        'sources/contract.pdf',
        'repo/vigie-repository.json',
        'repo/part',
      ])
        put(join(root, file))
      for (const folder of ['data', 'index', 'keys', 'snapshots']) mkdirSync(join(root, 'restic', folder))
      put(join(root, 'restic', 'data', 'ab'))
      put(join(root, 'free'))
      const { actions } = await clean(root, {}, undefined, [join(root, 'sources')])
      assert.deepEqual(
        actions.map(({ target }) => target),
        [join(root, 'free')],
      )
    }))

  it('plans nothing in a folder that is itself protected, and refuses folders of the system', () =>
    scratch(async ({ root, put }) => {
      put(join(root, 'free'))
      assert.deepEqual((await clean(root, {}, undefined, [dirname(root)])).actions, [])
      for (const folder of ['/', '/etc', '/usr', '/var/lib']) await assert.rejects(clean(folder), /refused-root/)
    }))

  it('looks again before it deletes: what changed, went or now leads elsewhere is left', () =>
    scratch(async ({ root, outside, put }) => {
      put(join(root, 'written'))
      put(join(root, 'gone'))
      put(join(root, 'sub', 'swapped'))
      put(join(outside, 'swapped'))
      put(join(root, 'became', 'data'))
      const { outcomes } = await clean(root, {}, () => {
        writeFileSync(join(root, 'written'), 'new content')
        rmSync(join(root, 'gone'))
        renameSync(join(root, 'sub'), join(root, 'moved'))
        symlinkSync(outside, join(root, 'sub'))
        for (const name of ['PG_VERSION', 'global']) writeFileSync(join(root, 'became', name), '')
      })
      assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(['skipped']))
      assert.ok(existsSync(join(outside, 'swapped')) && existsSync(join(root, 'became', 'data')))
    }))

  it('fails at what cannot be looked at any more, instead of calling it gone', () =>
    scratch(async ({ root, put }) => {
      put(join(root, 'sub', 'kept'))
      const cleaning = clean(root, {}, () => {
        renameSync(join(root, 'sub'), join(root, 'moved'))
        symlinkSync('sub', join(root, 'sub'))
      })
      await assert.rejects(cleaning, /ELOOP/)
      assert.ok(existsSync(join(root, 'moved', 'kept')))
    }))

  it('looks again for what protects a file: a config beside it, and what Vigie is told by then', () =>
    scratch(async ({ root, put }) => {
      for (const file of ['app/.env', 'app/package.json', 'kept', 'free']) put(join(root, file))
      const told: string[] = []
      const { actions, outcomes } = await clean(
        root,
        {},
        () => {
          writeFileSync(join(root, 'app', 'vigie.config.yaml'), '')
          told.push(join(root, 'kept'))
        },
        told,
      )
      assert.equal(actions.length, 4)
      assert.equal(outcomes.filter(({ status }) => status === 'done').length, 1)
      assert.deepEqual(
        ['app/.env', 'app/package.json', 'kept', 'free'].map((file) => existsSync(join(root, file))),
        [true, true, true, false],
      )
    }))

  it('counts no bytes as freed while another name holds them', () =>
    scratch(async ({ root, outside, put }) => {
      linkSync(put(join(outside, 'a'), 5000), join(root, 'b'))
      const [outcome] = (await clean(root)).outcomes
      assert.ok(outcome?.status === 'done' && outcome.bytes === 0)
      assert.equal(statSync(join(outside, 'a')).size, 5000)
    }))

  it('never touches anything outside its folder or protected, whatever the tree looks like', async () => {
    const part = fc.constantFrom('a', 'b', 'pg', 'link', 'name with\nnewline')
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    await fc.assert(
      fc.asyncProperty(fc.array(path, { maxLength: 12 }), fc.array(path, { maxLength: 4 }), async (files, links) => {
        await scratch(async ({ root, outside, put }) => {
          put(join(outside, 'precious'))
          put(join(root, 'pg', 'PG_VERSION'))
          put(join(root, 'pg', 'global', '1'))
          for (const file of files) if (!existsSync(join(root, file))) tryTo(() => put(join(root, file)))
          for (const link of links) tryTo(() => symlinkSync(outside, join(root, link)))
          const guarded = [outside, join(root, 'pg')].map(listing)
          await clean(root)
          assert.deepEqual([outside, join(root, 'pg')].map(listing), guarded)
        })
      }),
      { numRuns: 40 },
    )
  })
})

describe('stale files', () => {
  it('are told with their count, and an empty or missing folder is never a pass', () =>
    scratch(async ({ root, put }) => {
      const ctx = testContext()
      const options = staleCheck.options.parse({})
      const look = async (path: string) =>
        staleCheck.judge(await staleCheck.probe(aComponent(filesOptions.parse({ path })), options, ctx), options)
      assert.equal((await look(root)).status, 'error')
      assert.equal((await look(join(root, 'missing'))).status, 'error')
      put(join(root, 'new'), 1, new Date())
      assert.equal((await look(root)).status, 'pass')
      put(join(root, 'old'))
      assert.equal((await look(root)).status, 'warn')
      await ctx.close()
    }))
})

describe('a folder that says nothing', () => {
  const cases: readonly (readonly [string, string, object, string])[] = [
    ['that is not there', 'missing', {}, 'files.missing-folder'],
    ['that is a file', 'root/file', {}, 'files.not-a-folder'],
    ['that has no such file', 'root', { glob: '*.pdf' }, 'files.nothing-matched'],
    ['that is too long a path', 'x'.repeat(300), {}, 'files.no-folder'],
    ['that is all protected', 'root/base', {}, 'files.all-left-out'],
  ]
  for (const [what, path, options, code] of cases) {
    it(`${what} is told with its whole path and what to do next`, () =>
      scratch(async ({ root, put }) => {
        put(join(root, 'file'))
        if (path === 'root/base') for (const file of ['PG_VERSION', 'global']) put(join(root, 'base', file))
        const ctx = testContext({ baseDir: dirname(root) })
        const parsed = staleCheck.options.parse(options)
        const component = aComponent(filesOptions.parse({ path }))
        const verdict = staleCheck.judge(await staleCheck.probe(component, parsed, ctx), parsed)
        await ctx.close()
        assert.ok(verdict.status === 'error' && verdict.remedy !== undefined)
        assert.equal(verdict.reason.code, code)
        assert.equal(verdict.reason.params['path'], join(dirname(root), path))
        assert.doesNotMatch(JSON.stringify(verdict), /realpath/)
      }))
  }

  it('is no raw error of the cleaning either', () =>
    scratch(async ({ root }) => {
      const failed = await clean(join(root, 'missing')).catch((error: unknown) => error)
      assert.ok(failed instanceof VigieError && failed.hint !== undefined)
      assert.equal(failed.text.code, 'files.missing-folder')
    }))
})

function tryTo(work: () => void): void {
  try {
    work()
  } catch {
    // The random path runs through a file or a link that is there already: another tree is as good.
  }
}

/** A recursive listing of Node's goes through links, which may lead back to where they stand. */
function listing(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    const found = lstatSync(path)
    return [`${path} ${found.size}`, ...(found.isDirectory() ? listing(path) : [])]
  })
}
