import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { debianTool } from '../../../../scripts/provision/debian-tool.ts'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import { BackupError, type DrillAssertion } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { filesOptions } from '../options.ts'
import { removeTree } from './remove-tree.ts'
import { treeBackup } from './tree-backup.ts'

const abilityOf = (path: string, backup?: object) => treeBackup(filesOptions.parse({ path, ...(backup && { backup }) }))

/** A tree with all that a tree can have. */
function plant(root: string): void {
  mkdirSync(join(root, 'a/b'), { recursive: true })
  mkdirSync(join(root, 'a-b'))
  mkdirSync(join(root, 'empty'))
  writeFileSync(join(root, 'a/b/plain'), 'plain')
  writeFileSync(join(root, 'a-b/large'), Buffer.alloc(300_000, 'x'))
  writeFileSync(join(root, 'a/secret'), 'secret', { mode: 0o600 })
  chmodSync(join(root, 'a/b'), 0o2750)
  writeFileSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xff, 0xfe, 0x0a, 0x22, 0x27])]), 'bytes')
  writeFileSync(join(root, 'a/line\nend -rf *'), 'line end')
  writeFileSync(join(root, '-starts-with-a-dash'), 'dash')
  writeFileSync(join(root, 'é'.repeat(100)), 'long')
  symlinkSync('b/plain', join(root, 'a/link'))
  symlinkSync('/srv/elsewhere', join(root, 'a/outside'))
  linkSync(join(root, 'a/b/plain'), join(root, 'zz second name'))
  execFileSync('truncate', ['-s', '5M', join(root, 'holes')])
  utimesSync(join(root, 'a/secret'), 1_600_000_000.123, 1_600_000_000.123)
}

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof BackupError) return `${error.failure} ${error.text.code}`
    if (error instanceof VigieError) return `${error.code} ${error.text.code}`
    throw error
  }
  return 'none'
}

const wrongOf = (assertions: readonly DrillAssertion[]): readonly string[] =>
  assertions.filter(({ status }) => status === 'fail').map(({ name }) => name)

/** Runs only the programs that are allowed, some in the place of others. */
const withPrograms = (
  ctx: StepContext,
  programs: Readonly<Record<string, readonly string[] | undefined>>,
): StepContext => ({
  ...ctx,
  run: async (spec) => {
    const [program, ...more] = spec.argv
    const [first, ...rest] = programs[program] ?? ['/nonexistent/program']
    return ctx.run({ ...spec, argv: [first ?? '/nonexistent/program', ...rest, ...more] })
  },
})

describe('a backup of a tree of files', () => {
  it('brings back every name, byte, mode, time, owner, link, hard link and hole, and says what it holds', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const ability = abilityOf('docs')
      const survey = await ability.survey(ctx)
      const { archive, dump } = await dumped(ability, ctx)
      const [part] = survey.parts
      assert.ok(Math.abs((part?.bytes ?? 0) - archive.length) < 6_000_000)
      const bytes = 300_000 + 5 * 1024 ** 2 + 'plainsecretbytesline enddashlong'.length
      assert.deepEqual(dump.facts['counts'], { files: 8, folders: 5, links: 2, hardLinks: 1, bytes })
      assert.deepEqual([dump.facts['outsideLinks'], dump.facts['sparseFiles']], [1, 1])
      const rehearsal = await ability.rehearse(ctx, storedAs(archive, dump.facts), scratch)
      const assertions = await rehearsal.assertions([
        { name: 'two secrets', query: '**/secret', expect: '1' },
        { name: 'no mails', query: '**/*.eml', expect: 'none' },
      ])
      assert.deepEqual(wrongOf(assertions), [])
      assert.ok(assertions.some(({ name }) => name === 'content of sampled files'))
      const copy = rehearsal.env['FILES_DIR'] ?? ''
      execFileSync('diff', ['-r', '--no-dereference', root, copy])
      const look = (path: string): string =>
        execFileSync('stat', ['-c', '%a %u %g %y %h', join(path, 'a/secret')]).toString()
      assert.equal(look(copy), look(root))
      const blocks = (path: string): string => execFileSync('stat', ['-c', '%b', join(path, 'holes')]).toString()
      assert.equal(blocks(copy), blocks(root))
      await rehearsal.end()
      assert.throws(() => readFileSync(join(copy, 'a/secret')))
    }))

  it('gives the same bytes when nothing changed, and nearly the same when little did', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const ability = abilityOf('docs')
      const first = await dumped(ability, ctx)
      for (const name of ['a/secret', 'a-b/large']) readFileSync(join(root, name))
      const second = await dumped(ability, ctx)
      // Holes carry the number of the process that packed them.
      const plain = (archive: Buffer) =>
        archive.toString('latin1').replace(/GNUSparseFile\.\d+[^\0]*\0+|^.{148}.{8}/gs, '')
      assert.ok(Math.abs(first.archive.length - second.archive.length) < 1024)
      assert.equal(plain(first.archive).length, plain(second.archive).length)
      assert.deepEqual(first.dump.facts, second.dump.facts)
      rmSync(join(root, 'holes'))
      const third = await dumped(ability, ctx)
      const fourth = await dumped(ability, ctx)
      assert.ok(third.archive.equals(fourth.archive))
    }))

  it('can be restored by hand with tar alone, as it says', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const ability = abilityOf('docs')
      const { archive } = await dumped(ability, ctx)
      writeFileSync(join(scratch, 'tree.tar'), archive)
      execFileSync('sh', ['-ec', ability.byHand().join('\n')], { cwd: scratch })
      execFileSync('diff', ['-r', '--no-dereference', root, join(scratch, 'restored')])
    }))

  it('names what it leaves out: its own data, quarantine, databases, sockets, pipes and what is excluded', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      mkdirSync(join(root, '.vigie-quarantine'))
      mkdirSync(join(root, 'pg/base'), { recursive: true })
      writeFileSync(join(root, 'pg/PG_VERSION'), '15')
      mkdirSync(join(root, 'backups'))
      writeFileSync(join(root, 'backups/vigie-repository.json'), '{}')
      mkdirSync(join(root, 'repository/shop/nightly/2026-11-21T020000-0a1b2c'), { recursive: true })
      writeFileSync(join(root, 'repository/shop/nightly/2026-11-21T020000-0a1b2c/manifest.json'), '{}')
      mkdirSync(join(root, 'cache'))
      writeFileSync(join(root, 'cache/thing'), 'x')
      execFileSync('mkfifo', [join(root, 'pipe')])
      const server = createServer().listen(join(root, 'socket'))
      await new Promise((resolve) => server.once('listening', resolve))
      try {
        const ability = abilityOf('docs', { exclude: ['cache'] })
        const { notes } = await ability.survey(ctx)
        const told = Object.fromEntries(notes.map(({ params }) => [params['reason'], params['examples']]))
        assert.deepEqual(told, {
          own: ['.vigie-quarantine'],
          database: ['pg'],
          repository: ['backups', 'repository/shop/nightly'],
          excluded: ['cache'],
          special: ['pipe', 'socket'],
        })
        const { archive, dump } = await dumped(ability, ctx)
        assert.deepEqual(dump.notes, notes)
        for (const name of ['thing', 'PG_VERSION', 'vigie-repository', 'manifest.json'])
          assert.ok(!archive.includes(name), name)
      } finally {
        server.close()
      }
    }))

  it('is refused for a folder that is not there, holds nothing, or is the folder of a database', () =>
    withTree(async ({ root, ctx }) => {
      assert.equal(await failureOf(dumped(abilityOf('docs'), ctx)), 'volume-missing files.backup-empty')
      assert.equal(await failureOf(abilityOf('docs').survey(ctx)), 'volume-missing files.backup-empty')
      assert.equal(await failureOf(dumped(abilityOf('docs', { mayBeEmpty: true }), ctx)), 'none')
      assert.equal(await failureOf(abilityOf('nowhere').survey(ctx)), 'usage files.missing-folder')
      writeFileSync(join(root, 'PG_VERSION'), '15')
      mkdirSync(join(root, 'global'))
      assert.equal(await failureOf(abilityOf('docs').survey(ctx)), 'assertion files.backup-database')
      assert.equal(await failureOf(dumped(abilityOf('docs'), ctx)), 'assertion files.backup-database')
    }))

  it('tells what vanished while it was read, and fails on what was written to unless the config allows it', () =>
    withTree(async ({ root, ctx }) => {
      // Large enough that tar is still at the first when the others are done with.
      writeFileSync(join(root, '0-large'), Buffer.alloc(40_000_000, 'x'))
      for (let number = 1; number < 50; number++) writeFileSync(join(root, `vanishing-${number}`), 'x')
      const log = join(root, '1.log')
      writeFileSync(log, Buffer.alloc(4_000_000, 'l'))
      const touching = async (backup: object) => {
        const ability = abilityOf('docs', backup)
        let taken = 0
        for (let number = 1; number < 50; number++) writeFileSync(join(root, `vanishing-${number}`), 'x')
        return ability.dump(ctx, 'tree', async (piece) => {
          const before = taken
          taken += piece.length
          if (before === 0) for (let number = 1; number < 50; number += 2) rmSync(join(root, `vanishing-${number}`))
          // It is read by now, and not to its end.
          if (before < 42_000_000 && taken >= 42_000_000) appendFileSync(log, 'more')
        })
      }
      const error = await touching({}).then(
        () => assert.fail('it counts'),
        (thrown: unknown) => thrown,
      )
      assert.ok(error instanceof BackupError)
      assert.deepEqual([error.failure, error.text.code], ['assertion', 'files.backup-torn'])
      assert.deepEqual(error.text.params['examples'], ['1.log'])
      const { facts, notes } = await touching({ live: ['*.log'] })
      assert.deepEqual([facts['vanished'], facts['torn']], [25, 1])
      assert.deepEqual(
        notes.map(({ code }) => code),
        ['files.backup-vanished', 'files.backup-torn-allowed'],
      )
    }))

  it('fails by name on what tar cannot read, and on a tar that was killed, failed, or packed less', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const ability = abilityOf('docs')
      const through = (script: string) =>
        withPrograms(ctx, {
          tar: ['sh', '-c', `if [ "$1" = --version ]; then exec tar --version; fi; ${script}`, 'sh'],
        })
      const cases: readonly (readonly [string, string])[] = [
        ['kill -9 $$', 'no-answer files.backup-tar-late'],
        ['exec tar "$@" | head -c 20000', 'truncated files.archive-spoiled'],
        [
          'tar "$@"; echo "tar: ./a: Read error at byte 0: Input/output error" >&2; exit 2',
          'unreachable files.backup-tar',
        ],
        ['tar --exclude=./a/secret "$@"', 'unreachable files.backup-unreadable'],
        ['exec tar -c -C / ./etc/passwd', 'assertion files.backup-not-asked'],
      ]
      for (const [script, expected] of cases) {
        assert.equal(await failureOf(dumped(ability, through(script))), expected, script)
      }
      const allowed = abilityOf('docs', { allowUnreadable: ['a/secret'] })
      const { dump } = await dumped(allowed, through('tar --exclude=./a/secret "$@"'))
      assert.equal(dump.facts['unreadable'], 1)
    }))

  it('says that a machine has no tar, packs with bsdtar too, and unpacks with that of busybox', async () => {
    const busybox = await debianTool('busybox-static', 'bin/busybox')
    const bsdtar = await debianTool('libarchive-tools', 'usr/bin/bsdtar')
    const library = join(
      await debianTool('libarchive13', 'usr/lib'),
      `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
    )
    await withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const ability = abilityOf('docs')
      const none = withPrograms(ctx, {})
      const small = withPrograms(ctx, { busybox: [busybox] })
      const bsd = withPrograms(ctx, { bsdtar: ['env', `LD_LIBRARY_PATH=${library}`, bsdtar] })
      for (const without of [none, small]) {
        assert.equal(await failureOf(ability.survey(without)), 'tool-missing files.no-tar')
        assert.equal(await failureOf(dumped(ability, without)), 'tool-missing files.no-tar')
      }
      const rehearse = async (
        by: StepContext,
        archive: Buffer,
        facts: Awaited<ReturnType<typeof dumped>>['dump']['facts'],
      ) => {
        const rehearsal = await ability.rehearse(by, storedAs(archive, facts), scratch)
        try {
          return wrongOf(await rehearsal.assertions([]))
        } finally {
          await rehearsal.end()
        }
      }
      const { archive, dump } = await dumped(ability, bsd)
      assert.ok(dump.notes.some(({ code }) => code === 'files.backup-less'))
      assert.deepEqual(await rehearse(bsd, archive, dump.facts), [])
      assert.deepEqual(await rehearse(ctx, archive, dump.facts), [])
      rmSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xff, 0xfe, 0x0a, 0x22, 0x27])]))
      const gnu = await dumped(ability, ctx)
      assert.deepEqual(await rehearse(bsd, gnu.archive, gnu.dump.facts), [])
      assert.equal(
        await failureOf(ability.rehearse(none, storedAs(gnu.archive, gnu.dump.facts), scratch)),
        'tool-missing files.no-tar',
      )
      assert.equal(
        await failureOf(ability.rehearse(small, storedAs(gnu.archive, gnu.dump.facts), scratch)),
        'tool-missing files.restore-holes',
      )
      rmSync(join(root, 'holes'))
      await removeTree(join(root, 'a'))
      rmSync(join(root, 'é'.repeat(100)))
      const simple = await dumped(ability, ctx)
      assert.deepEqual(await rehearse(small, simple.archive, simple.dump.facts), [])
    })
  })

  it('is ended when its step is over', () =>
    withTree(async ({ root, ctx }) => {
      writeFileSync(join(root, 'large'), Buffer.alloc(30_000_000))
      const over = new AbortController()
      const ability = abilityOf('docs')
      const aborted = { ...ctx, signal: over.signal }
      await assert.rejects(
        ability.dump(aborted, 'tree', async () => {
          over.abort()
          over.signal.throwIfAborted()
        }),
      )
    }))
})
