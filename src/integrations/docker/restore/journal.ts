import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import { errorCode } from '../../../core/field-of.ts'
import { replaceFile } from '../../../platform/replace-file.ts'
import { treeFactsSchema } from '../facts/volume-facts.ts'

const identity = z.object({ dev: z.number(), ino: z.number() })

const journalSchema = z.object({
  owner: z.string(),
  address: z.string(),
  volume: z.string(),
  restored: z.string(),
  before: z.string(),
  /** `rename`: folders changed their places. `copy`: content went through tar. */
  way: z.enum(['rename', 'copy']),
  /** What was begun last: nothing of the volume is touched before `put`. */
  step: z.enum(['stop', 'keep', 'put', 'check']),
  containers: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Of the folders, when they change places: where the old and the new one are, is seen by it. */
  old: identity.nullable(),
  new: identity.nullable(),
  /** What the old content was, once it is kept elsewhere by copy. */
  kept: treeFactsSchema.nullable(),
})
export type SwapJournal = z.output<typeof journalSchema>

type Place = Pick<StepContext, 'dataDir'>

/** Written, and on the disk, before each step of a restore in the place of a volume. */
export async function writeJournal(ctx: Place, journal: SwapJournal): Promise<void> {
  const text = JSON.stringify(journal)
  await replaceFile(journalFile(ctx, journal), (part) => writeFile(part, text, { mode: 0o600 }))
}

/** Undefined when no restore of this volume was left in its middle. */
export async function readJournal(
  ctx: Place,
  of: Pick<SwapJournal, 'address' | 'volume'>,
): Promise<SwapJournal | undefined> {
  try {
    return journalSchema.parse(JSON.parse(await readFile(journalFile(ctx, of), 'utf8')))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export async function removeJournal(ctx: Place, journal: Pick<SwapJournal, 'address' | 'volume'>): Promise<void> {
  await rm(journalFile(ctx, journal), { force: true })
}

/** Where it lies. */
export function journalFile({ dataDir }: Place, { address, volume }: Pick<SwapJournal, 'address' | 'volume'>): string {
  const name = createHash('sha256').update(`${address}\0${volume}`).digest('hex').slice(0, 24)
  return join(dataDir, 'docker', 'swaps', `${name}.json`)
}
