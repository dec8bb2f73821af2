import type { DumpPart } from '../core/backup.ts'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import { type Copied, copied } from './copied.ts'
import type { EntryOptions } from './options.ts'
import { needsKey, needsKeyHint, nothingToCopy } from './texts.ts'

export interface ToCopy {
  readonly from: Copied
  readonly part: DumpPart
  /** Why it cannot be copied: it is told in its place, and the others are copied all the same. */
  readonly refused?: unknown
  /** What its component said before it was copied; with the first of its parts. */
  readonly notes?: readonly Text[]
}

/** Stands for all parts of a component that could not say what it has. */
const unseenPart: DumpPart = { name: 'all', file: '', bytes: null }

/**
 * What of these components there is to copy. One that cannot be looked at does not keep the others from being copied. Throws
 * when none can be, and when one of them holds secrets that nothing would encrypt.
 */
export async function partsToCopy(
  names: readonly string[],
  options: EntryOptions,
  ctx: StepContext,
): Promise<readonly ToCopy[]> {
  const found: ToCopy[] = []
  for (const name of names) {
    const from = copied(name, ctx)
    let [parts, notes]: [readonly DumpPart[], readonly Text[]] = [[], []]
    try {
      ;({ parts, notes } = await from.ability.survey(from.ctx))
      if (parts.length === 0) throw new VigieError('backup-failed', nothingToCopy({ component: name }))
    } catch (error) {
      if (ctx.signal.aborted) throw error
      found.push({ from, part: unseenPart, refused: error, notes })
      continue
    }
    for (const part of parts) {
      if (part.isSecret && options.encrypt === undefined)
        throw new VigieError('usage', needsKey({ component: name, part: part.name }), { hint: needsKeyHint({}) })
      found.push({ from, part, notes })
      notes = []
    }
  }
  const [first] = found
  if (first !== undefined && found.every(({ refused }) => refused !== undefined)) throw first.refused
  return found
}
