import type { BackupAbility } from '../core/backup.ts'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { noAbility } from './texts.ts'

/** A component that is copied, as a step of its entry sees it. */
export interface Copied {
  readonly name: string
  readonly ability: BackupAbility
  readonly ctx: StepContext
}

/** Throws `usage` when there is none of that name, or it has nothing that could be copied. */
export function copied(name: string, ctx: StepContext): Copied {
  const found = ctx.component(name)
  const ability = found?.abilities.backup
  if (found === undefined || ability === undefined) throw new VigieError('usage', noAbility({ component: name }))
  return { name, ability, ctx: { ...found.ctx, progress: ctx.progress } }
}
