import { createHash } from 'node:crypto'
import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../../core/context.ts'
import { errorCode } from '../../../core/field-of.ts'
import { replaceFile } from '../../../platform/replace-file.ts'

type Place = Pick<StepContext, 'dataDir'>

/** A volume that is being filled: half of it is nobody's work, and may be removed. */
export interface Unfinished {
  readonly address: string
  readonly volume: string
}

/** On the disk before the volume is made. */
export async function markUnfinished(ctx: Place, of: Unfinished): Promise<void> {
  await replaceFile(fileOf(ctx, of), (part) => writeFile(part, JSON.stringify(of), { mode: 0o600 }))
}

export async function markFinished(ctx: Place, of: Unfinished): Promise<void> {
  await rm(fileOf(ctx, of), { force: true })
}

export async function isUnfinished(ctx: Place, of: Unfinished): Promise<boolean> {
  try {
    await stat(fileOf(ctx, of))
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

function fileOf({ dataDir }: Place, { address, volume }: Unfinished): string {
  const name = createHash('sha256').update(`${address}\0${volume}`).digest('hex').slice(0, 24)
  return join(dataDir, 'docker', 'unpacking', `${name}.json`)
}
