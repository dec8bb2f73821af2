import type { StepContext } from '../../core/context.ts'
import type { FilesAbility, Neighbour, RowsAbility } from '../../core/data-abilities.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { OrphansOptions } from './options.ts'

const outOfReach = message<{ component: string }>('orphans.out-of-reach', {
  en: (p) => `could not tell: ${p.component} cannot be asked here`,
  fr: (p) => `indéterminé : ${p.component} ne peut pas être interrogé ici`,
})
const byRoutine = message('orphans.out-of-reach-remedy', {
  en: () => 'Only routines and "vigie run" compare files with rows: take "every" away',
  fr: () => 'Seules les routines et « vigie run » comparent fichiers et lignes : ôtez « every »',
})
export const sidesTexts = [outOfReach, byRoutine]

/** Both sides of a comparison, each asked through its own component. */
export interface Sides {
  readonly files: Neighbour<FilesAbility>
  readonly rows: Neighbour<RowsAbility>
}

/** Throws `usage` when one of them cannot be asked. */
export function sidesOf(options: OrphansOptions, ctx: StepContext): Sides {
  const files = ctx.component(options.files)
  const rows = ctx.component(options.rows.in)
  if (files?.abilities.files === undefined) throw unreachable(options.files)
  if (rows?.abilities.rows === undefined) throw unreachable(options.rows.in)
  return {
    files: { abilities: files.abilities.files, ctx: files.ctx },
    rows: { abilities: rows.abilities.rows, ctx: rows.ctx },
  }
}

function unreachable(component: string): VigieError {
  return new VigieError('usage', outOfReach({ component }), { hint: byRoutine({}) })
}
