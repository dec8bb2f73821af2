import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { exceptFor, type LeftOut } from '../left-out.ts'
import { blindness, observe } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { filesMessages } from '../root.ts'

const tooOld = message<{ file: string; ageMs: number; limitMs: number; leftOut: LeftOut }>('files.newest-too-old', {
  en: (p, f) =>
    `the newest file, ${p.file}, is ${f.duration(p.ageMs)} old, limit ${f.duration(p.limitMs)}${exceptFor.en(p, f)}`,
  fr: (p, f) =>
    `le fichier le plus récent, ${p.file}, a ${f.duration(p.ageMs)}, limite ${f.duration(p.limitMs)}${exceptFor.fr(p, f)}`,
})
const fine = message<{ ageMs: number; count: number; leftOut: LeftOut }>('files.newest-fine', {
  en: (p, f) => `newest of ${f.number(p.count)} is ${f.duration(p.ageMs)} old${exceptFor.en(p, f)}`,
  fr: (p, f) => `le plus récent de ${f.number(p.count)} a ${f.duration(p.ageMs)}${exceptFor.fr(p, f)}`,
})

/** Is something new written often enough? */
export const ageCheck = defineCheck<FilesOptions>()({
  kind: 'files-age',
  summary: message('files.age-summary', {
    en: () => 'new files keep coming',
    fr: () => 'de nouveaux fichiers arrivent',
  }),
  options: z.strictObject({ glob: z.string().default('**/*'), newestWithin: durationSchema.optional() }),
  messages: [...filesMessages, tooOld, fine],
  criticality: 'important',
  timeoutMs: 120_000,
  probe: ({ options }, { glob }, ctx) => observe(options, glob, false, ctx),
  judge: (sample, { newestWithin }) => {
    const blind = blindness(sample)
    if (blind !== undefined) return blind
    const { leftOut } = sample
    const newest = sample.files.reduce((best, file) => (file.mtimeMs > best.mtimeMs ? file : best))
    const ageMs = Math.max(0, sample.now - newest.mtimeMs)
    const seen = { saw: sample.files.length, measurements: { newest_age_ms: ageMs, files: sample.files.length } }
    if (newestWithin !== undefined && ageMs > newestWithin) {
      return { status: 'fail', ...seen, reason: tooOld({ file: newest.path, ageMs, limitMs: newestWithin, leftOut }) }
    }
    return { status: 'pass', ...seen, reason: fine({ ageMs, count: sample.files.length, leftOut }) }
  },
})
