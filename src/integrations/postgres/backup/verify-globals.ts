import type { StoredPart, VerifyAnswer } from '../../../core/backup.ts'
import { quoted } from '../identifier.ts'
import type { PostgresFacts } from './facts.ts'

/** Roles are few: of a longer text only the begin and the end are looked at. */
const mostHeld = 16 * 1024 * 1024
const lastHeld = 4096
const notAscii = /\P{ASCII}/u
const complete = '-- PostgreSQL database cluster dump complete'

/** Reads the roles to their end: whole, text, and with every role that the database has need of. */
export async function verifyGlobals(
  part: StoredPart,
  { roles }: Pick<PostgresFacts, 'roles'>,
  signal: AbortSignal,
): Promise<readonly VerifyAnswer[]> {
  const held: Uint8Array[] = []
  let [bytes, last] = [0, Buffer.alloc(0)]
  for await (const piece of part.read()) {
    signal.throwIfAborted()
    if (bytes < mostHeld) held.push(piece)
    bytes += piece.length
    last = Buffer.from(Buffer.concat([last, piece]).subarray(-lastHeld))
  }
  const text = Buffer.concat(held).toString('utf8')
  const isWhole = last.toString('utf8').includes(complete)
  const answers: VerifyAnswer[] = [told('roles', 'a whole dump of pg_dumpall', isWhole ? undefined : 'cut, or none')]
  if (bytes > mostHeld) return answers
  for (const role of roles) {
    const isMade = [quoted(role), role].some((name) => text.includes(`\nCREATE ROLE ${name};`))
    // Written in another encoding than ours, it cannot be found by its name.
    if (!isMade && text.includes('\ufffd') && notAscii.test(role)) continue
    const answer = told(`role ${role}`, 'there', isMade ? undefined : 'missing')
    answers.push(isMade ? answer : { ...answer, failure: 'role-missing' })
  }
  return answers
}

function told(name: string, expected: string, wrong: string | undefined): VerifyAnswer {
  return { name, status: wrong === undefined ? 'pass' : 'fail', expected, actual: wrong ?? expected }
}
