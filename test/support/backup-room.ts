import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { createVerifyCheck } from '../../src/backups/checks/verify.ts'
import { chosenBackup } from '../../src/backups/chosen-backup.ts'
import { createBackup } from '../../src/backups/create-backup.ts'
import { openBackup } from '../../src/backups/open-backup.ts'
import { type EntryOptions, entrySchema } from '../../src/backups/options.ts'
import { partsToCopy } from '../../src/backups/parts-to-copy.ts'
import { runDrill } from '../../src/backups/run-drill.ts'
import { withScratch } from '../../src/backups/scratch.ts'
import { createPruneTask } from '../../src/backups/tasks/prune.ts'
import { type BackupAbility, BackupError, type BackupFailure, type DrillAssertion } from '../../src/core/backup.ts'
import type { BackupRecord, DrillRecord } from '../../src/core/backup-record.ts'
import type { Component } from '../../src/core/check.ts'
import type { Repository } from '../../src/core/repository.ts'
import type { Action, ActionOutcome } from '../../src/core/task.ts'
import { openFolder } from '../../src/integrations/folder/open-folder.ts'
import { aComponent, type TestContext, testContext } from './context.ts'
import { type OwnClock, ownClock } from './own-clock.ts'
import { gathered } from './packing.ts'

const timeoutMs = 120_000
const pieceBytes = 50_000

/** What came of reading all of a backup: its parts as `component/part`, or why not. */
export type ReadBack = { readonly failure: BackupFailure } | { readonly parts: ReadonlyMap<string, Buffer> }

/** An entry of `backups` at work on components in memory, with a real repository and a clock of the test's own. */
export interface BackupRoom {
  readonly ctx: TestContext
  readonly clock: OwnClock
  readonly repository: Repository
  /** Where the repository lies, when it is a folder. */
  readonly folder: string
  readonly entry: Component<EntryOptions>
  /** What there is to copy, as `component/part`; a dump takes what stands here when it begins. */
  readonly content: Map<string, Buffer>
  /** Is called before each piece of a dump. */
  beforePiece: (name: string) => Promise<void>
  create(): Promise<BackupRecord>
  latest(): Promise<BackupRecord>
  /** Of each backup that is there: `good` when every byte of it was read, `locked` without the key, or what is wrong with it. */
  verify(read?: 'all' | 'none', encrypt?: EntryOptions['encrypt']): Promise<Readonly<Record<string, string>>>
  read(id: string, encrypt?: EntryOptions['encrypt']): Promise<ReadBack>
  drill(record: BackupRecord): Promise<DrillRecord>
  planPrune(): Promise<readonly Action[]>
  act(action: Action): Promise<ActionOutcome>
  prune(): Promise<void>
  close(): Promise<void>
}

export interface RoomWanted {
  /** Of the entry, beside `what`. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Default: a folder of its own. */
  readonly repository?: Repository
  readonly start?: Date
}

/** Two components: `db`, and `docs`, which remembers its last full copy and gives only what came between its begin and its end. */
export async function backupRoom(wanted: RoomWanted = {}): Promise<BackupRoom> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-room-'))
  const folder = join(root, 'repository')
  await mkdir(folder)
  const repository = wanted.repository ?? (await openFolder(folder))
  const clock = ownClock(wanted.start ?? new Date('2026-11-01T02:00:00Z'))
  const tools = [await debianTool('zstd', 'usr/bin/zstd'), await debianTool('age', 'usr/bin/age')]
  const PATH = [...tools.map((tool) => dirname(tool)), '/usr/bin', '/bin'].join(':')
  const content = new Map<string, Buffer>()
  const real = testContext({ timeoutMs })
  const ctx = testContext({
    ...{ timeoutMs, clock, dataDir: join(root, 'data') },
    run: (spec) => real.run({ ...spec, env: { ...spec.env, PATH } }),
    component: (name) => ({ abilities: { backup: abilityOf(name) }, ctx }),
  })
  const what = ['db', 'docs']
  const options = { ...entrySchema.parse({ what, ...wanted.options }), to: { kind: 'folder' } }
  const entry = aComponent(options, 'nightly')
  const open = async (): Promise<Repository> => repository
  const verifying = createVerifyCheck(open)
  const pruning = createPruneTask(open)
  const most = { most: 1000 }

  function abilityOf(component: string): BackupAbility {
    const own = (): string[] => [...content.keys()].filter((key) => key.startsWith(`${component}/`))
    return {
      survey: async () => ({
        parts: own().map((key) => {
          const name = key.slice(component.length + 1)
          return { name, file: `${name}.txt`, bytes: content.get(key)?.length ?? 0 }
        }),
        notes: [],
      }),
      ...(component === 'docs' && { remembers: true as const }),
      dump: async (_, part, write, memory) => {
        const bytes = content.get(`${component}/${part}`) ?? Buffer.alloc(0)
        const last = memory?.last === undefined ? undefined : notedIn(await gathered(memory.last.notes()))
        const same = last === undefined ? { begin: 0, end: 0 } : sameEnds(last.bytes, bytes)
        const head = last === undefined ? [] : stretchesOf(last.places, 0, same.begin)
        const tail = last === undefined ? [] : stretchesOf(last.places, last.bytes.length - same.end, same.end)
        for (const one of head) await memory?.reuse(one)
        for (let at = same.begin; at < bytes.length - same.end; at += pieceBytes) {
          await room.beforePiece(`${component}/${part}`)
          await write(bytes.subarray(at, Math.min(at + pieceBytes, bytes.length - same.end)))
        }
        for (const one of tail) await memory?.reuse(one)
        const fresh = { stream: memory?.stream ?? 0, at: 0, bytes: bytes.length - same.begin - same.end }
        const noted = { bytes: bytes.toString('base64'), places: [...head, fresh, ...tail] }
        await memory?.note(Buffer.from(JSON.stringify(noted)))
        return { facts: { counts: { bytes: bytes.length } }, notes: [] }
      },
      planRestore: async () => [],
      restore: async () => ({ status: 'done', changed: true }),
      rehearse: async (_, { parts }) => {
        const told: DrillAssertion[] = []
        for (const { name, facts, read } of parts) {
          const [expected, actual] = [JSON.stringify(facts['counts']), `{"bytes":${(await gathered(read())).length}}`]
          told.push({ name: `bytes ${name}`, status: expected === actual ? 'pass' : 'fail', expected, actual })
        }
        return { env: {}, assertions: async () => told, end: async () => undefined }
      },
      byHand: () => ['cat *'],
    }
  }

  /** As a run of its own: what one run has seen, the next looks at again. */
  const inRun = async <T>(work: (own: TestContext) => Promise<T>): Promise<T> => {
    const shared = new Map<string, Promise<unknown>>()
    const share: TestContext['share'] = (key, make) => {
      const known = shared.get(key) ?? make()
      shared.set(key, known)
      return known as ReturnType<typeof make>
    }
    return work({ ...ctx, share })
  }

  const room: BackupRoom = {
    ...{ ctx, clock, repository, folder, entry, content },
    beforePiece: async () => undefined,
    create: () =>
      inRun(async (own) => {
        const toCopy = await partsToCopy(what, entry.options, own)
        return createBackup(entry, { toCopy, run: 'run of the test' }, repository, own)
      }),
    latest: () => chosenBackup(entry.name, 'latest', ctx, what),
    verify: (read = 'all', encrypt = entry.options.encrypt) =>
      inRun(async (own) => {
        const { inspected } = await verifying.probe({ ...entry, options: { ...options, encrypt } }, { read }, own)
        return Object.fromEntries(
          inspected.map(({ id, problem, wasRead, isLocked }) => [
            id,
            problem?.code ?? (isLocked ? 'locked' : wasRead || read === 'none' ? 'good' : 'unread'),
          ]),
        )
      }),
    read: (id, encrypt = entry.options.encrypt) =>
      inRun(async (own) => {
        const record = (await own.backups.list()).find((one) => one.id === id)
        if (record === undefined) throw new RangeError(`no backup ${id}`)
        const parts = new Map<string, Buffer>()
        try {
          const place = { system: entry.system, entry: entry.name, options: { encrypt } }
          const opened = await openBackup(place, record, repository, own)
          await withScratch(own, async (scratch) => {
            for (const { component, parts: stored } of opened.components(scratch))
              for (const part of stored) parts.set(`${component}/${part.name}`, await gathered(part.read()))
          })
          return { parts }
        } catch (error) {
          if (!(error instanceof BackupError)) throw error
          return { failure: error.failure }
        }
      }),
    drill: (record) => inRun((own) => runDrill(entry, record, repository, own)),
    planPrune: () => inRun((own) => pruning.plan(entry, most, own)),
    act: (action) => inRun((own) => pruning.execute(action, entry, most, own)),
    prune: async () => {
      for (const action of await room.planPrune()) await room.act(action)
    },
    close: async () => {
      await ctx.close()
      await real.close()
      await rm(root, { recursive: true, force: true })
    },
  }
  return room
}

/** How many bytes two contents have in common from their begin on, and how many more at their end. */
function sameEnds(a: Buffer, b: Buffer): { readonly begin: number; readonly end: number } {
  const least = Math.min(a.length, b.length)
  let begin = 0
  while (begin < least && a[begin] === b[begin]) begin++
  let end = 0
  while (end < least - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return { begin, end }
}

interface Place {
  readonly stream: number
  readonly at: number
  readonly bytes: number
}

function notedIn(notes: Buffer): { readonly bytes: Buffer; readonly places: readonly Place[] } {
  const { bytes, places } = JSON.parse(notes.toString())
  return { bytes: Buffer.from(bytes, 'base64'), places }
}

/** Where a stretch of a whole lies that is put together from these places. */
function stretchesOf(places: readonly Place[], from: number, length: number): readonly Place[] {
  let start = 0
  return places.flatMap(({ stream, at, bytes }) => {
    const [begin, end] = [Math.max(from, start), Math.min(from + length, start + bytes)]
    const found = end > begin ? [{ stream, at: at + begin - start, bytes: end - begin }] : []
    start += bytes
    return found
  })
}
