import { stat, utimes } from 'node:fs/promises'
import type { StepContext } from '../../core/context.ts'
import { errorCode } from '../../core/field-of.ts'
import { isOwnerGone } from '../process-owner.ts'

/** A file that nobody touched for so long is of a Vigie that is gone, whose process cannot be looked at from here. */
const forgottenMs = 120_000
const touchEveryMs = 15_000

/** Keeps a file young for as long as its owner lives; gives what ends it. */
export function keepTouched(file: string, { clock }: Pick<StepContext, 'clock'>): () => void {
  const touching = setInterval(() => {
    const now = clock.now()
    // Where that fails our process is still found, on this machine.
    utimes(file, now, now).catch(() => undefined)
  }, touchEveryMs)
  touching.unref()
  return () => clearInterval(touching)
}

/** Whether whoever wrote a file, as `ownProcess` tells it, is gone: known by its process, or by its silence. */
export async function isForgotten(
  file: string,
  owner: string,
  { clock }: Pick<StepContext, 'clock'>,
): Promise<boolean> {
  if (isOwnerGone(owner)) return true
  try {
    return clock.now().getTime() - (await stat(file)).mtimeMs > forgottenMs
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
