import * as z from 'zod'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { doubtTexts } from '../doubt.ts'
import { keptIn, keptOf } from '../kept.ts'
import { isNamedByAll, isNamedNow } from '../named-now.ts'
import type { OrphansOptions } from '../options.ts'
import { sidesOf, sidesTexts } from '../sides.ts'

const dayMs = 86_400_000
const freshMs = 60_000

const remove = message<{ path: string; ageMs: number }>('orphans.purge-file', {
  en: (p, f) => `delete ${p.path} for good, ${f.duration(p.ageMs)} in quarantine`,
  fr: (p, f) => `supprimer définitivement ${p.path}, en quarantaine depuis ${f.duration(p.ageMs)}`,
})
const named = message('orphans.purge-named', {
  en: () => 'a row names it now: put it back',
  fr: () => 'une ligne le nomme désormais : remettez-le en place',
})

/** Deletes what was in quarantine long enough that somebody would have missed it. What a row names again stays. */
export const purgeTask = defineTask<OrphansOptions>()({
  kind: 'orphans-purge',
  summary: message('orphans.purge-summary', {
    en: () => 'delete files that were in quarantine for long',
    fr: () => 'supprimer les fichiers en quarantaine depuis longtemps',
  }),
  options: z.strictObject({
    /** As long as the guides keep generated files; a monthly job has missed it by then. */
    olderThan: durationSchema.default(30 * dayMs),
    /** Files of one run; the next one goes on. */
    most: z.number().int().min(1).max(100_000).default(10_000),
  }),
  effect: 'destroy',
  cadence: 'monthly',
  criticality: 'informative',
  messages: [...doubtTexts, ...sidesTexts, remove, named],
  plan: async ({ name, options }, { olderThan, most }, ctx) => {
    const sides = sidesOf(options, ctx)
    const nowMs = ctx.clock.now().getTime()
    const kept = await sides.files.abilities.quarantined(sides.files.ctx, name)
    const old = kept.filter(({ takenAt }) => takenAt.getTime() < nowMs - olderThan)
    const chosen = []
    for (const one of old.slice(0, most)) {
      if (!(await isNamedByAll(sides, options, one.path, freshMs, ctx))) chosen.push(one)
    }
    return chosen.map((one) => ({
      summary: remove({ path: one.path, ageMs: nowMs - one.takenAt.getTime() }),
      effect: 'destroy' as const,
      target: one.path,
      bytes: one.bytes,
      expected: keptIn(one),
    }))
  },
  execute: async ({ target, expected, bytes = 0 }, { options }, _, ctx) => {
    const sides = sidesOf(options, ctx)
    if (await isNamedNow(sides, options, target, freshMs, ctx)) return { status: 'skipped', reason: named({}) }
    return sides.files.abilities.purge(sides.files.ctx, keptOf(expected, bytes))
  },
})
