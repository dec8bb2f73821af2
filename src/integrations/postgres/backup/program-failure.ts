import { BackupError } from '../../../core/backup.ts'
import type { CommandResult } from '../../../core/context.ts'
import { dumpFailed, dumpFailedHint } from './dump-texts.ts'

export const diskIsFull = /No space left on device|could not extend file|disk quota exceeded/i

/** What the programs and libpq say in English; what the server says may be in its own language. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [diskIsFull, 'full'],
  [/password authentication failed|no password supplied|password is required/i, 'wrong-password'],
  [/row-level security/i, 'hidden'],
  [/permission denied/i, 'denied'],
  [/lock timeout/i, 'lock'],
  [/conflict with recovery/i, 'recovery'],
  [/snapshot .*does not exist|invalid snapshot identifier/i, 'elsewhere'],
  [/server closed the connection|terminating connection|connection to server|no connection to the server/i, 'cut'],
  [/could not (?:receive|send) data|connection has been closed|Connection reset|Broken pipe/i, 'cut'],
]

/** Nothing of what a program gave counts unless it said itself that it came to its end: undefined then. */
export function failureOf(
  program: string,
  { outcome, exitCode, signal, stderr }: CommandResult,
): BackupError | undefined {
  if (outcome === 'exited' && exitCode === 0) return undefined
  const told = errorLines(stderr)
  const why = outcome === 'timed-out' ? 'late' : whyOf(exitCode, stderr)
  const detail = told || (outcome === 'exited' ? `exit ${exitCode}` : `${outcome} ${signal ?? ''}`.trim())
  return failed(program, why, detail)
}

export function failed(program: string, why: string, detail: string): BackupError {
  return new BackupError('unreachable', dumpFailed({ program, why, detail }), { hint: dumpFailedHint({ why }) })
}

/** From the first line that tells an error on: what comes after it is about that. */
export function errorLines(stderr: string): string {
  const lines = stderr.split('\n')
  const first = lines.findIndex((line) => /\b(?:error|fatal|panic)\b/i.test(line))
  return lastLines(
    lines
      .slice(Math.max(first, 0))
      .filter((line) => line.trim() !== '')
      .slice(0, 3)
      .join('\n'),
  )
}

/** The last lines that say something. */
export function lastLines(text: string, count = 3): string {
  const lines = text.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '')
    .slice(-count)
    .join(' · ')
    .slice(-500)
}

export function whyOf(exitCode: number | undefined, stderr: string): string {
  if (exitCode === 97 && stderr.trim() === '') return 'no-input'
  if (exitCode === 98 && stderr.trim() === '') return 'terminal'
  return reasons.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'other'
}
