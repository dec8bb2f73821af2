import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { exceptFor, type LeftOut } from '../left-out.ts'
import { blindness, observe } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { filesMessages } from '../root.ts'

const dayMs = 86_400_000

const stale = message<{ count: number; bytes: number; ageMs: number; example: string; leftOut: LeftOut }>(
  'files.stale',
  {
    en: (p, f) =>
      `${f.plural(p.count, { one: '1 file is', other: `${f.number(p.count)} files are` })} older than ${f.duration(p.ageMs)}, ${f.bytes(p.bytes)} (${p.example})${exceptFor.en(p, f)}`,
    fr: (p, f) =>
      `${f.plural(p.count, { one: '1 fichier a', other: `${f.number(p.count)} fichiers ont` })} plus de ${f.duration(p.ageMs)}, ${f.bytes(p.bytes)} (${p.example})${exceptFor.fr(p, f)}`,
  },
)
const remedy = message<{ component: string }>('files.stale-remedy', {
  en: (p) => `vigie run ${p.component}/clean --dry-run`,
  fr: (p) => `vigie run ${p.component}/clean --dry-run`,
})
const mountedRemedy = message<{ mount: string }>('files.stale-mounted-remedy', {
  en: (p) =>
    `they lie in what is mounted on ${p.mount}; to clean it, make it a component: files({ path: '${p.mount}' })`,
  fr: (p) =>
    `ils sont dans ce qui est monté sur ${p.mount} ; pour le nettoyer, faites-en un composant : files({ path: '${p.mount}' })`,
})
const fine = message<{ count: number; ageMs: number; leftOut: LeftOut }>('files.not-stale', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 file', other: `${f.number(p.count)} files` })}, none older than ${f.duration(p.ageMs)}${exceptFor.en(p, f)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 fichier', other: `${f.number(p.count)} fichiers` })}, aucun de plus de ${f.duration(p.ageMs)}${exceptFor.fr(p, f)}`,
})

/** Files that nobody has written to for long. What Vigie protects is not counted; what is mounted is, though `clean` leaves it alone. */
export const staleCheck = defineCheck<FilesOptions>()({
  kind: 'files-stale',
  summary: message('files.stale-summary', {
    en: () => 'no stale files pile up',
    fr: () => "aucun vieux fichier ne s'accumule",
  }),
  options: z.strictObject({
    glob: z.string().default('**/*'),
    /** The guides keep generated files and logs 30 days. */
    olderThan: durationSchema.default(30 * dayMs),
  }),
  cadence: 'daily',
  criticality: 'informative',
  timeoutMs: 120_000,
  messages: [...filesMessages, stale, remedy, mountedRemedy, fine],
  probe: async ({ name, options }, { glob }, ctx) => ({
    component: name,
    seen: await observe(options, glob, true, ctx),
  }),
  judge: ({ component, seen: sample }, { olderThan }) => {
    const blind = blindness(sample)
    if (blind !== undefined) return blind
    const { leftOut } = sample
    const old = sample.files.filter(({ mtimeMs }) => mtimeMs < sample.now - olderThan)
    const bytes = old.reduce((sum, { freedBytes }) => sum + freedBytes, 0)
    const seen = {
      saw: sample.files.length,
      measurements: { stale_files: old.length, stale_bytes: bytes, files: sample.files.length },
    }
    const [example] = old.toSorted((a, b) => a.mtimeMs - b.mtimeMs)
    if (example === undefined)
      return { status: 'pass', ...seen, reason: fine({ count: sample.files.length, ageMs: olderThan, leftOut }) }
    const { mount } = example
    return {
      status: 'warn',
      ...seen,
      reason: stale({ count: old.length, bytes, ageMs: olderThan, example: example.path, leftOut }),
      remedy:
        mount === undefined || old.some((one) => one.mount === undefined)
          ? remedy({ component })
          : mountedRemedy({ mount }),
    }
  },
})
