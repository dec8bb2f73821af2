import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { blindness, observe } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { filesMessages } from '../root.ts'

const tooOld = message<{ file: string; ageMs: number; limitMs: number }>('files.newest-too-old', {
  en: (p, f) => `the newest file, ${p.file}, is ${f.duration(p.ageMs)} old, limit ${f.duration(p.limitMs)}`,
  fr: (p, f) => `le fichier le plus récent, ${p.file}, a ${f.duration(p.ageMs)}, limite ${f.duration(p.limitMs)}`,
})
const fine = message<{ ageMs: number; count: number }>('files.newest-fine', {
  en: (p, f) => `newest of ${f.number(p.count)} is ${f.duration(p.ageMs)} old`,
  fr: (p, f) => `le plus récent de ${f.number(p.count)} a ${f.duration(p.ageMs)}`,
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
    const blind = blindness(sample, false)
    if (blind !== undefined) return blind
    const newest = sample.files.reduce((best, file) => (file.mtimeMs > best.mtimeMs ? file : best))
    const ageMs = Math.max(0, sample.now - newest.mtimeMs)
    const seen = { saw: sample.files.length, measurements: { newest_age_ms: ageMs, files: sample.files.length } }
    if (newestWithin !== undefined && ageMs > newestWithin) {
      return { status: 'fail', ...seen, reason: tooOld({ file: newest.path, ageMs, limitMs: newestWithin }) }
    }
    return { status: 'pass', ...seen, reason: fine({ ageMs, count: sample.files.length }) }
  },
})
