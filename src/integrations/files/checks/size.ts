import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { exceptFor, type LeftOut } from '../left-out.ts'
import { blindness, observe } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { filesMessages } from '../root.ts'

const tooMuch = message<{ bytes: number; count: number; limitBytes: number; limitCount: number; leftOut: LeftOut }>(
  'files.too-much',
  {
    en: (p, f) =>
      `${f.number(p.count)} files, ${f.bytes(p.bytes)}; limit ${[p.limitCount > 0 ? `${f.number(p.limitCount)} files` : '', p.limitBytes > 0 ? f.bytes(p.limitBytes) : ''].filter((one) => one !== '').join(', ')}${exceptFor.en(p, f)}`,
    fr: (p, f) =>
      `${f.number(p.count)} fichiers, ${f.bytes(p.bytes)} ; limite ${[p.limitCount > 0 ? `${f.number(p.limitCount)} fichiers` : '', p.limitBytes > 0 ? f.bytes(p.limitBytes) : ''].filter((one) => one !== '').join(', ')}${exceptFor.fr(p, f)}`,
  },
)
const fine = message<{ bytes: number; count: number; leftOut: LeftOut }>('files.size-fine', {
  en: (p, f) => `${f.number(p.count)} files, ${f.bytes(p.bytes)}${exceptFor.en(p, f)}`,
  fr: (p, f) => `${f.number(p.count)} fichiers, ${f.bytes(p.bytes)}${exceptFor.fr(p, f)}`,
})

/** How much stands in the folder, kept as a series; limits where they are given. */
export const sizeCheck = defineCheck<FilesOptions>()({
  kind: 'files-size',
  summary: message('files.size-summary', {
    en: () => 'size and number of files',
    fr: () => 'taille et nombre de fichiers',
  }),
  options: z.strictObject({
    glob: z.string().default('**/*'),
    maxBytes: bytesSchema.optional(),
    maxFiles: z.number().int().positive().optional(),
  }),
  cadence: 'daily',
  criticality: 'informative',
  timeoutMs: 120_000,
  messages: [...filesMessages, tooMuch, fine],
  probe: ({ options }, { glob }, ctx) => observe(options, glob, false, ctx),
  judge: (sample, { maxBytes, maxFiles }) => {
    const blind = blindness(sample)
    if (blind !== undefined) return blind
    const { leftOut } = sample
    const count = sample.files.length
    const bytes = sample.files.reduce((sum, { size }) => sum + size, 0)
    const seen = { saw: count, measurements: { size_bytes: bytes, files: count } }
    if (bytes > (maxBytes ?? Number.POSITIVE_INFINITY) || count > (maxFiles ?? Number.POSITIVE_INFINITY)) {
      return {
        status: 'warn',
        ...seen,
        reason: tooMuch({ bytes, count, limitBytes: maxBytes ?? 0, limitCount: maxFiles ?? 0, leftOut }),
      }
    }
    return { status: 'pass', ...seen, reason: fine({ bytes, count, leftOut }) }
  },
})
