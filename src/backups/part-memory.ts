import type { DumpMemory } from '../core/backup.ts'
import type { Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import type { DumpNotes, NotesWriter } from './dump-notes.ts'
import type { FullPart, StoredOnce } from './last-full.ts'
import { referenceUnusable } from './packing/pack-texts.ts'
import { ownSegments } from './packing/packed-part.ts'
import type { Reused } from './packing/ranges.ts'

/** What rests on so many others is read from as many streams: the next one rests on the full one alone again. */
const longestChain = 30

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

export interface PartMemory {
  readonly memory: DumpMemory
  readonly writer: NotesWriter
  /** The differences that it may be of beside the base, by their ids. */
  readonly later: readonly string[]
}

/** The memory for the dump of a part, and what takes its notes for the next one. */
export async function partMemory(wanted: Wanted): Promise<PartMemory> {
  const { component, part, backup, notes, reuse } = wanted
  const found = await lastOf(wanted)
  const writer = notes.begin(backup, component, part)
  const later = found?.later ?? []
  return {
    later,
    writer,
    memory: {
      last: found?.last,
      stream: found === undefined ? 0 : later.length + 1,
      reuse,
      note: (piece) => writer.note(piece),
    },
  }
}

async function lastOf(wanted: Wanted): Promise<{ last: DumpMemory['last']; later: readonly string[] } | undefined> {
  const { base, component, part } = wanted
  if (base === undefined || base.part.base !== null || base.part.encryption !== 'none') return undefined
  const chains = base.later.length > 0 && base.later.length < longestChain ? [base.later, []] : [[]]
  for (const later of chains) {
    const newest = later.at(-1) ?? base
    const noted = await wanted.notes.of(newest.backup, component, part)
    if (noted === undefined || !(await areThere([base, ...later], wanted))) continue
    return { last: { facts: newest.facts, notes: noted }, later: later.map(({ backup }) => backup) }
  }
  return undefined
}

/** What is built on something that is gone would be gone too. */
async function areThere(all: readonly StoredOnce[], { repository, note }: Wanted): Promise<boolean> {
  for (const { backup, part } of all) {
    const own = ownSegments(part).flatMap(({ object, storedBytes }) =>
      object === null ? [] : [{ object, storedBytes }],
    )
    const [first] = own
    if (first === undefined) continue
    const there = new Map<string, number>()
    for await (const { path, bytes } of repository.list(first.object.slice(0, first.object.lastIndexOf('/'))))
      there.set(path, bytes)
    const lost = own.find(({ object, storedBytes }) => there.get(object) !== storedBytes)
    if (lost === undefined) continue
    note(referenceUnusable({ backup, object: lost.object, why: 'truncated' }))
    return false
  }
  return true
}
