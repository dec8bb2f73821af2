import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import type { ListedFile } from '../../../core/data-abilities.ts'
import { durationSchema } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { compare } from '../compare.ts'
import { doubtOf, doubtTexts } from '../doubt.ts'
import { isNamedNow } from '../named-now.ts'
import type { OrphansOptions } from '../options.ts'
import { sidesOf, sidesTexts } from '../sides.ts'

const move = message<{ path: string; ageMs: number }>('orphans.quarantine-move', {
  en: (p, f) => `move ${p.path} into quarantine: no row names it (${f.duration(p.ageMs)} old)`,
  fr: (p, f) => `mettre ${p.path} en quarantaine : aucune ligne ne le nomme (${f.duration(p.ageMs)})`,
})
const back = message<{ component: string }>('orphans.quarantine-undo', {
  en: (p) => `vigie run ${p.component}/restore`,
  fr: (p) => `vigie run ${p.component}/restore`,
})
const named = message('orphans.quarantine-named', {
  en: () => 'a row names it now',
  fr: () => 'une ligne le nomme désormais',
})
const tooLarge = message<{ count: number; files: number; ratio: number; limit: number }>('orphans.quarantine-share', {
  en: (p, f) =>
    `no row names ${f.number(p.count, 0)} of ${f.number(p.files, 0)} files, ${f.percent(p.ratio)}: more than ${f.percent(p.limit)} are not moved, for it may be the query that is wrong`,
  fr: (p, f) =>
    `aucune ligne ne nomme ${f.number(p.count, 0)} des ${f.number(p.files, 0)} fichiers, soit ${f.percent(p.ratio)} : au-delà de ${f.percent(p.limit)} rien n'est déplacé, car la requête peut être fausse`,
})
const allowMore = message<{ component: string }>('orphans.quarantine-share-remedy', {
  en: (p) => `When they are orphans indeed: orphans: { ${p.component}: { tasks: { quarantine: { maxRatio: 1 } } } }`,
  fr: (p) => `Si ce sont bien des orphelins : orphans: { ${p.component}: { tasks: { quarantine: { maxRatio: 1 } } } }`,
})

/** Moves files that no row names out of the tree, with the way back written down. Nothing is deleted by it. */
export const quarantineTask = defineTask<OrphansOptions>()({
  kind: 'orphans-quarantine',
  summary: message('orphans.quarantine-summary', {
    en: () => 'move files that no row names into quarantine',
    fr: () => "mettre en quarantaine les fichiers qu'aucune ligne ne nomme",
  }),
  options: z.strictObject({
    /** A larger share of all files is not moved: a wrong query looks like that. */
    maxRatio: z.number().min(0).max(1).default(0.2),
    /** Files of one run; the next one goes on. */
    most: z.number().int().min(1).max(100_000).default(10_000),
    /** The whole query is asked again when the last answer is older, and each file is asked for right before it goes. */
    recheck: durationSchema.default(60_000),
  }),
  effect: 'change',
  isIdempotent: true,
  messages: [...doubtTexts, ...sidesTexts, move, back, named, tooLarge, allowMore],
  plan: async ({ name, options }, { maxRatio, most }, ctx) => {
    const nowMs = ctx.clock.now().getTime()
    const seen = await compare(sidesOf(options, ctx), options, most, nowMs)
    const doubt = doubtOf(seen, options)
    if (doubt !== undefined) throw new VigieError('action-refused', doubt.reason, { hint: doubt.remedy })
    const ratio = seen.files === 0 ? 0 : seen.orphans / seen.files
    if (ratio > maxRatio) {
      const text = tooLarge({ count: seen.orphans, files: seen.files, ratio, limit: maxRatio })
      throw new VigieError('action-refused', text, { hint: allowMore({ component: name }) })
    }
    return seen.orphanFiles.map((file) => ({
      summary: move({ path: file.path, ageMs: nowMs - file.changedAtMs }),
      effect: 'change' as const,
      target: file.path,
      bytes: file.bytes,
      undo: back({ component: name }),
      expected: { ...file.identity, path: file.path, changedAtMs: file.changedAtMs },
    }))
  },
  execute: async ({ target, bytes = 0, expected }, { name, options }, { recheck }, ctx: StepContext) => {
    const sides = sidesOf(options, ctx)
    if (await isNamedNow(sides, options, target, recheck, ctx)) return { status: 'skipped', reason: named({}) }
    const { path: _, changedAtMs, ...identity } = expected
    const file: ListedFile = { path: target, bytes, changedAtMs: Number(changedAtMs), identity }
    return sides.files.abilities.quarantine(sides.files.ctx, file, name)
  },
})
