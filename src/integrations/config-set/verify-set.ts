import type { StoredComponent, Verified } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { digestKey } from './config-facts.ts'
import { factsIn, unpackSet } from './set-archive.ts'

/** Reads the configs of a backup, each of which must be the one that was packed. Throws `BackupError` for the first that is not. */
export async function verifySet(stored: StoredComponent, ctx: StepContext): Promise<Verified> {
  const found = await unpackSet(stored, await ctx.ownKey(digestKey))
  const [expected, actual] = [factsIn(stored).files.length, found.length].map(String)
  return {
    answers: [
      { name: 'configs', status: expected === actual ? 'pass' : 'fail', expected: `${expected}`, actual: `${actual}` },
    ],
    notes: [],
  }
}
