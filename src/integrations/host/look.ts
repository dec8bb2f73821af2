import { readFile, stat } from 'node:fs/promises'
import type { StepContext } from '../../core/context.ts'

/** The text of a file, kept as evidence (or what `keep` leaves of it); undefined when it is not there or unreadable. */
export async function look(
  file: string,
  ctx: StepContext,
  keep: (text: string) => string = (text) => text,
): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    ctx.record({ what: file, output: keep(text) })
    return text
  } catch (error) {
    ctx.record({ what: file, output: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
