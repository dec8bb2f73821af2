import type { StoredComponent, Verified } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { message } from '../../core/message.ts'
import { readThrough } from './read-through.ts'

const bytesOnly = message<{ component: string }>('backups.verify-bytes-only', {
  en: (p) => `every byte of ${p.component} is as it was written; what is in it was not looked into, which a drill does`,
  fr: (p) =>
    `chaque octet de ${p.component} est tel qu'il a été écrit ; le contenu n'a pas été examiné, ce que fait un exercice`,
})
export const lookIntoTexts = [bytesOnly]

/**
 * Reads all parts of a component once: its bytes are checked as they go by, and the component itself, where it can, looks at
 * what is in them. Throws `BackupError`; bytes that are not as they were written come before whatever they look like.
 */
export async function lookInto(stored: StoredComponent, ctx: StepContext): Promise<Verified> {
  const parts = stored.parts.map((part) => readThrough(part, ctx.signal))
  const found = ctx.component(stored.component)
  const ability = found?.abilities.backup
  let looked: Verified = { answers: [], notes: [bytesOnly({ component: stored.component })] }
  let failure: { readonly error: unknown } | undefined
  try {
    if (found !== undefined && ability?.verify !== undefined)
      try {
        looked = await ability.verify(found.ctx, { ...stored, parts: parts.map(({ part }) => part) })
      } catch (error) {
        failure = { error }
      }
    for (const part of parts) await part.finish()
    if (failure !== undefined) throw failure.error
    return looked
  } finally {
    await Promise.allSettled(parts.map((part) => part.close()))
  }
}
