import * as z from 'zod'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { keptIn, keptOf } from '../kept.ts'
import { isNamedByAll } from '../named-now.ts'
import type { OrphansOptions } from '../options.ts'
import { sidesOf, sidesTexts } from '../sides.ts'

const freshMs = 60_000

const putBack = message<{ path: string; ageMs: number }>('orphans.restore-file', {
  en: (p, f) => `put ${p.path} back, ${f.duration(p.ageMs)} in quarantine`,
  fr: (p, f) => `remettre ${p.path} en place, en quarantaine depuis ${f.duration(p.ageMs)}`,
})
const notThere = message<{ path: string }>('orphans.restore-unknown', {
  en: (p) => `${p.path} is not in quarantine`,
  fr: (p) => `${p.path} n'est pas en quarantaine`,
})
const seeAll = message<{ component: string }>('orphans.restore-unknown-remedy', {
  en: (p) => `See what is there: vigie orphans restore ${p.component} --all --dry-run`,
  fr: (p) => `Voyez ce qui s'y trouve : vigie orphans restore ${p.component} --all --dry-run`,
})

/** Puts files of the quarantine back where they were: those that a row names again, those that are named, or all. */
export const restoreTask = defineTask<OrphansOptions>()({
  kind: 'orphans-restore',
  summary: message('orphans.restore-summary', {
    en: () => 'put files back that are in quarantine and that a row names',
    fr: () => 'remettre en place les fichiers en quarantaine qu’une ligne nomme',
  }),
  options: z.strictObject({
    /** These, named by a row or not: paths as they were. */
    files: z.array(z.string().min(1)).default([]),
    /** Everything, named by a row or not. */
    all: z.boolean().default(false),
  }),
  effect: 'change',
  isIdempotent: true,
  messages: [...sidesTexts, putBack, notThere, seeAll],
  plan: async ({ name, options }, { files: wanted, all }, ctx) => {
    const sides = sidesOf(options, ctx)
    const kept = await sides.files.abilities.quarantined(sides.files.ctx, name)
    const unknown = wanted.find((path) => !kept.some((one) => one.path === path))
    if (unknown !== undefined)
      throw new VigieError('usage', notThere({ path: unknown }), { hint: seeAll({ component: name }) })
    const chosen = []
    for (const one of kept) {
      const isWanted =
        all ||
        wanted.includes(one.path) ||
        (wanted.length === 0 && (await isNamedByAll(sides, options, one.path, freshMs, ctx)))
      if (isWanted) chosen.push(one)
    }
    const nowMs = ctx.clock.now().getTime()
    return chosen.map((one) => ({
      summary: putBack({ path: one.path, ageMs: nowMs - one.takenAt.getTime() }),
      effect: 'change' as const,
      target: one.path,
      bytes: one.bytes,
      expected: keptIn(one),
    }))
  },
  execute: async ({ expected, bytes = 0 }, { options }, _, ctx) => {
    const { files } = sidesOf(options, ctx)
    return files.abilities.restore(files.ctx, keptOf(expected, bytes))
  },
})
