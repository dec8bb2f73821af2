import { randomBytes } from 'node:crypto'

/** What a name in PostgreSQL can hold (NAMEDATALEN - 1); the server cuts longer ones without an error. */
const longestName = 63
const sidePrefix = 'vigie_restore_'
/** Where the rows that a restored table had before are kept. */
export const keptSchema = 'vigie_before'

/** `20261121_0204`: when the backup was begun, UTC. */
export function stampOf(at: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T')
  return `${day.replaceAll('-', '')}_${time.slice(0, 5).replace(':', '')}`
}

/** The name with the words after it, shortened where both do not fit; numbered where that one is taken. */
export function freeName(name: string, words: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? words : `${words}_${number}`
    const free = `${fitted(name, longestName - Buffer.byteLength(ending))}${ending}`
    if (!taken.has(free)) return free
  }
}

export function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > longestName
}

/** A name that nobody else has: what stands under it is half restored. */
export function sideName(): string {
  return `${sidePrefix}${randomBytes(8).toString('hex')}`
}

export function isSideName(name: string): boolean {
  return /^vigie_restore_[0-9a-f]{16}$/.test(name)
}

/** What stands as a comment on what is half restored. */
export function markOf(backup: string, runId: string): string {
  return `${markBegin}${backup}, run ${runId}`
}

export function isMark(comment: string | null): boolean {
  return comment?.startsWith(markBegin) === true
}

const markBegin = 'half restored by Vigie from backup '

/** Cut between two characters. */
function fitted(name: string, bytes: number): string {
  let cut = name
  while (Buffer.byteLength(cut) > bytes) cut = [...cut].slice(0, -1).join('')
  return cut
}
