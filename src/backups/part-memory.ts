import type { DumpMemory } from '../core/backup.ts'
import type { Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import type { DumpNotes, NotesWriter } from './dump-notes.ts'
import type { FullPart } from './last-full.ts'
import { referenceUnusable } from './packing/pack-texts.ts'
import { objectsOf, type PackedPart } from './packing/packed-part.ts'
import type { Reused } from './packing/ranges.ts'

interface Wanted {
  readonly component: string
  readonly part: string
  /** The backup that is made. */
  readonly backup: string
  /** The same part of the last full backup, when this is to be a difference to it. */
  readonly base: FullPart | undefined
  readonly notes: DumpNotes
  readonly repository: Repository
  reuse(range: Reused): Promise<void>
  note(text: Text): void
}

/** The memory for the dump of a part, and what takes its notes for the next when it can reuse nothing. */
export async function partMemory(
  wanted: Wanted,
): Promise<{ readonly memory: DumpMemory; readonly writer: NotesWriter | undefined }> {
  const { component, part, backup, notes, reuse } = wanted
  const last = await lastOf(wanted)
  const writer = last === undefined ? notes.begin(backup, component, part) : undefined
  return {
    memory: {
      last,
      reuse: (at, bytes) => reuse({ at, bytes }),
      note: async (piece) => writer?.note(piece),
    },
    writer,
  }
}

async function lastOf({ component, part, base, notes, repository, note }: Wanted): Promise<DumpMemory['last']> {
  if (base === undefined || base.part.base !== null || base.part.encryption !== 'none') return undefined
  const before = await notes.of(base.backup, component, part)
  if (before === undefined) return undefined
  const lost = await firstLost(base.part, repository)
  if (lost === undefined) return { facts: base.facts, bytes: base.part.bytes, notes: before }
  note(referenceUnusable({ backup: base.backup, object: lost, why: 'truncated' }))
  return undefined
}

/** What is built on something that is gone would be gone too. */
async function firstLost(part: PackedPart, repository: Repository): Promise<string | undefined> {
  const [first] = objectsOf(part)
  if (first === undefined) return undefined
  const there = new Map<string, number>()
  for await (const { path, bytes } of repository.list(first.path.slice(0, first.path.lastIndexOf('/'))))
    there.set(path, bytes)
  return (
    part.segments.find(({ object, storedBytes }) => object !== null && there.get(object) !== storedBytes)?.object ??
    undefined
  )
}
