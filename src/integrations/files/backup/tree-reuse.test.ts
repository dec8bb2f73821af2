import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import type { BackupAbility, Dumped, DumpMemory } from '../../../core/backup.ts'
import { systemClock } from '../../../core/clock.ts'
import type { StepContext } from '../../../core/context.ts'
import { filesOptions } from '../options.ts'
import { treeBackup } from './tree-backup.ts'
import type { TreeFacts } from './tree-facts.ts'

const ability = treeBackup(filesOptions.parse({ path: 'docs', backup: { exclude: ['cache'] } }))
/** Files that were made just now are read again: the clock of these dumps is an hour on. */
const later = { clock: { ...systemClock, now: () => new Date(Date.now() + 3_600_000) } }

interface Stored {
  /** Of the full dump, and of what was new in each since. */
  readonly streams: readonly Buffer[]
  readonly notes: Buffer
  readonly facts: NonNullable<DumpMemory['last']>['facts']
}

/** What a dump makes, put together from what was stored before and what is new. */
async function dumpWith(ctx: StepContext, last: Stored | undefined, of: BackupAbility) {
  const [pieces, fresh, notes]: [Buffer[], Buffer[], Buffer[]] = [[], [], []]
  const ends: number[] = []
  const memory: DumpMemory = {
    last: last && {
      facts: last.facts,
      notes: async function* () {
        for (let at = 0; at < last.notes.length; at += 1000) yield last.notes.subarray(at, at + 1000)
      },
    },
    stream: last?.streams.length ?? 0,
    reuse: async ({ stream, at, bytes }) => {
      assert.ok(at >= (ends[stream] ?? 0), 'a range begins before the end of the last one of its stream')
      ends[stream] = at + bytes
      pieces.push(last?.streams[stream]?.subarray(at, at + bytes) ?? assert.fail('there is no such stream'))
    },
    note: async (piece) => void notes.push(Buffer.from(piece)),
  }
  const write = async (piece: Uint8Array): Promise<void> => {
    fresh.push(Buffer.from(piece))
    pieces.push(Buffer.from(piece))
  }
  const dump = await of.dump(ctx, 'tree', write, memory)
  const stream = Buffer.concat(fresh)
  const stored: Stored = {
    ...{ streams: [...(last?.streams ?? []), stream], notes: Buffer.concat(notes), facts: dump.facts },
  }
  return { archive: Buffer.concat(pieces), newBytes: stream.length, dump, stored }
}

const full = async (ctx: StepContext): Promise<Stored> => (await dumpWith(ctx, undefined, ability)).stored
const again = (ctx: StepContext, last: Stored, of = ability) => dumpWith(ctx, last, of)

/** Without what fills its end, and the process id that GNU tar writes into the header of a file with holes. */
const plain = (archive: Buffer): Buffer => {
  const copy = Buffer.from(archive)
  for (let at = 0; at < copy.length; at += 512) {
    const name = copy.toString('latin1', at, at + 100)
    const found = /GNUSparseFile\.\d+/.exec(name)
    if (found === null) continue
    // To the end of the name: numbers of processes that have wrapped are shorter.
    copy.fill(0, at + found.index, at + 100)
    copy.fill(0, at + 148, at + 156)
  }
  let end = copy.length
  while (end > 0 && copy[end - 1] === 0) end--
  return copy.subarray(0, end)
}

/** A dump with a memory must be, byte for byte, what one without is. */
async function mustBeTheSame(ctx: StepContext, before: Stored): Promise<Awaited<ReturnType<typeof again>>> {
  const reused = await again(ctx, before)
  const whole = await dumped(ability, ctx)
  assert.ok(plain(reused.archive).equals(plain(whole.archive)), 'the archives differ')
  assert.equal(reused.archive.length % 512, 0)
  mustBeLike(reused.dump, whole.dump)
  return reused
}

/** Samples are those that are known of what was not read again: perhaps some fewer. */
function mustBeLike(reused: Dumped, whole: Dumped): void {
  const { sample: some, ...facts } = reused.facts as unknown as TreeFacts
  const { sample: all, ...wanted } = whole.facts as unknown as TreeFacts
  assert.deepEqual({ facts, notes: reused.notes }, { facts: wanted, notes: whole.notes })
  const known = new Map(all.files.map((file) => [file.id, file]))
  assert.ok(some.files.length > 0)
  for (const file of some.files) assert.deepEqual(file, known.get(file.id))
}

function makeTree(root: string): void {
  for (const folder of ['a', 'a/deep', 'a.b', 'cache', 'z']) mkdirSync(join(root, folder))
  for (let count = 0; count < 90; count++)
    writeFileSync(
      join(root, ['a', 'a/deep', 'a.b', 'cache', 'z'][count % 5] ?? '', `f${count}`),
      `${count}`.repeat(count * 31),
    )
  writeFileSync(Buffer.from(`${root}/a/odd\nname\xff`, 'latin1'), 'odd')
  symlinkSync('../z', join(root, 'a', 'link'))
  symlinkSync('/etc', join(root, 'a', 'outside'))
  linkSync(join(root, 'a', 'f5'), join(root, 'z', 'hard'))
  linkSync(join(root, 'a', 'f5'), join(root, 'a.b', 'hard'))
  writeFileSync(join(root, 'z', 'sparse'), 'begin')
  truncateSync(join(root, 'z', 'sparse'), 3_000_000)
}

/** What people and programs do to a tree. */
const changes: readonly ((root: string, count: number) => void)[] = [
  (root, count) => appendFileSync(join(root, 'a', `f${(count % 18) * 5}`), 'more'),
  (root, count) => writeFileSync(join(root, 'a', `new${count}`), 'new'.repeat(count)),
  (root, count) => rmSync(join(root, 'a.b', `f${(count % 18) * 5 + 2}`), { force: true }),
  (root, count) => chmodSync(join(root, 'z'), 0o700 + (count % 8)),
  (root) => {
    // As long as it was, with its time put back: nothing but the time of the change tells.
    const file = join(root, 'z', 'f9')
    const { atime, mtime, size } = statSync(file)
    writeFileSync(file, 'x'.repeat(size))
    utimesSync(file, atime, mtime)
  },
  (root) => {
    const file = join(root, 'z', 'f14')
    renameSync(file, `${file}.tmp`)
    renameSync(`${file}.tmp`, file)
  },
  (root) => rmSync(join(root, 'a', 'f5'), { force: true }),
  (root) => lutimesSync(join(root, 'a', 'link'), new Date(), new Date('2020-01-01')),
  (root) => rmSync(join(root, 'a', 'deep'), { recursive: true, force: true }),
  (root, count) => mkdirSync(join(root, 'a', `empty${count}`), { recursive: true }),
  (root, count) => appendFileSync(join(root, 'z', 'sparse'), `end${count}`),
  (root) => {
    rmSync(join(root, 'a.b', 'hard'), { force: true })
    writeFileSync(join(root, 'a.b', 'hard'), 'a file of its own now')
  },
  (root) => {
    rmSync(join(root, 'a', 'link'), { force: true })
    mkdirSync(join(root, 'a', 'link'), { recursive: true })
  },
]

describe('a tree that is dumped with the memory of the last full dump', () => {
  it('gives nothing anew of what stayed as it was, but its root', () =>
    withTree(async ({ root, ctx }) => {
      makeTree(root)
      const { newBytes } = await mustBeTheSame(ctx, await full(ctx))
      assert.ok(newBytes <= 3 * 1024, `${newBytes} bytes are new`)
    }, later))

  it('gives all that changed, whatever was done to it', () =>
    withTree(async ({ root, ctx }) => {
      makeTree(root)
      const before = await full(ctx)
      for (const [count, change] of changes.entries()) {
        change(root, count)
        const { newBytes, archive } = await mustBeTheSame(ctx, before)
        assert.ok(newBytes < archive.length / 2)
      }
    }, later))

  it('is what a dump without one is after any changes in any order', async () => {
    const some = fc.array(fc.tuple(fc.nat(changes.length - 1), fc.nat(100)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(some, (chosen) =>
        withTree(async ({ root, ctx }) => {
          makeTree(root)
          let last = await full(ctx)
          for (const [day, [which, count]] of chosen.entries()) {
            try {
              changes[which]?.(root, count)
            } catch (error) {
              // One that came before has taken away what it would change.
              assert.ok(error instanceof Error && 'code' in error, String(error))
            }
            // Of two days, and of three, one is built on the other.
            if (day % 3 !== 1) last = (await mustBeTheSame(ctx, last)).stored
          }
          await mustBeTheSame(ctx, last)
        }, later),
      ),
      { numRuns: 12 },
    )
  })

  it('is rehearsed as any other, with its samples, when half of its files are others', () =>
    withTree(async ({ root, scratch, ctx }) => {
      for (let file = 0; file < 300; file++) writeFileSync(join(root, `f${file}`), `${file}`)
      const before = await full(ctx)
      for (let file = 0; file < 150; file++) rmSync(join(root, `f${file}`))
      for (let file = 0; file < 100; file++) writeFileSync(join(root, `g${file}`), `${file}`)
      const { archive, dump } = await again(ctx, before)
      const rehearsal = await ability.rehearse(ctx, storedAs(archive, dump.facts), scratch)
      const answers = await rehearsal.assertions([])
      assert.ok(answers.some(({ name, actual }) => name === 'content of sampled files' && Number(actual) > 20))
      assert.deepEqual(
        answers.filter(({ status }) => status !== 'pass'),
        [],
      )
      await rehearsal.end()
    }, later))

  it('reads again what changed shortly before the full dump', () =>
    withTree(async ({ root, ctx }) => {
      makeTree(root)
      const { notes } = await full(ctx)
      assert.equal(notes.toString().split('\n').length, 2)
      const reused = await again(ctx, await full(ctx))
      assert.equal(reused.newBytes, reused.archive.length)
    }))

  it('follows the rules of today, not those of then', () =>
    withTree(async ({ root, ctx }) => {
      makeTree(root)
      const before = await full(ctx)
      const without = treeBackup(filesOptions.parse({ path: 'docs', backup: { exclude: ['cache', 'a'] } }))
      const { archive, dump } = await again(ctx, before, without)
      const whole = await dumped(without, ctx)
      assert.ok(plain(archive).equals(plain(whole.archive)))
      mustBeLike(dump, whole.dump)
    }, later))

  it('passes thousands of files that stayed, with a change at each end', () =>
    withTree(async ({ root, ctx }) => {
      for (let folder = 0; folder < 10; folder++) {
        mkdirSync(join(root, `d${folder}`))
        for (let file = 0; file < 1000; file++) writeFileSync(join(root, `d${folder}`, `f${file}`), '')
      }
      const before = await full(ctx)
      appendFileSync(join(root, 'd0', 'f0'), 'x')
      appendFileSync(join(root, 'd9', 'f999'), 'x')
      const { newBytes } = await mustBeTheSame(ctx, before)
      assert.ok(newBytes < 12_000, String(newBytes))
    }, later))
})
