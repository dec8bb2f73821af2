import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { type Comparison, compare } from '../compare.ts'
import { doubtOf, doubtTexts } from '../doubt.ts'
import type { OrphansOptions } from '../options.ts'
import { sidesOf, sidesTexts } from '../sides.ts'

const orphans = message<{ count: number; bytes: number; example: string }>('orphans.files', {
  en: (p, f) =>
    `no row names ${f.plural(p.count, { one: '1 file', other: `${f.number(p.count, 0)} files` })}, ${f.bytes(p.bytes)} (such as ${p.example})`,
  fr: (p, f) =>
    `aucune ligne ne nomme ${f.plural(p.count, { one: '1 fichier', other: `${f.number(p.count, 0)} fichiers` })}, ${f.bytes(p.bytes)} (dont ${p.example})`,
})
const quarantineThem = message<{ component: string }>('orphans.files-remedy', {
  en: (p) => `vigie run ${p.component}/quarantine --dry-run`,
  fr: (p) => `vigie run ${p.component}/quarantine --dry-run`,
})
const missing = message<{ count: number; examples: readonly string[] }>('orphans.rows', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 file that rows name is', other: `${f.number(p.count, 0)} files that rows name are` })} not there (such as ${p.examples.join(', ')})`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 fichier nommé par des lignes est absent', other: `${f.number(p.count, 0)} fichiers nommés par des lignes sont absents` })} (dont ${p.examples.join(', ')})`,
})
const bringBack = message<{ component: string }>('orphans.rows-remedy', {
  en: (p) => `Is it in quarantine? vigie run ${p.component}/restore --dry-run; else take it from a backup`,
  fr: (p) => `Est-il en quarantaine ? vigie run ${p.component}/restore --dry-run ; sinon, prenez-le d'une sauvegarde`,
})
const fine = message<{ files: number; young: number }>('orphans.fine', {
  en: (p, f) =>
    `${f.plural(p.files, { one: '1 file', other: `${f.number(p.files, 0)} files` })}, each named by a row, none missing${p.young === 0 ? '' : `; ${f.number(p.young, 0)} too young to tell`}`,
  fr: (p, f) =>
    `${f.plural(p.files, { one: '1 fichier', other: `${f.number(p.files, 0)} fichiers` })}, chacun nommé par une ligne, aucun absent${p.young === 0 ? '' : ` ; ${f.number(p.young, 0)} trop récents pour le dire`}`,
})

export interface MatchSample {
  readonly component: string
  readonly options: OrphansOptions
  readonly seen: Comparison
}

/** Files that no row names, and rows whose file is not there. */
export const matchCheck = defineCheck<OrphansOptions>()({
  kind: 'orphans-match',
  summary: message('orphans.match-summary', {
    en: () => 'each file has its row, and each row its file',
    fr: () => 'chaque fichier a sa ligne, et chaque ligne son fichier',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'important',
  /** A million files are listed in a few minutes on a slow disk. */
  timeoutMs: 900_000,
  messages: [...doubtTexts, ...sidesTexts, orphans, quarantineThem, missing, bringBack, fine],
  probe: async ({ name, options }, _, ctx): Promise<MatchSample> => {
    const nowMs = ctx.clock.now().getTime()
    return { component: name, options, seen: await compare(sidesOf(options, ctx), options, 1, nowMs) }
  },
  judge: ({ component, options, seen }) => {
    const doubt = doubtOf(seen, options)
    if (doubt !== undefined) return { status: 'error', ...doubt }
    const told = {
      saw: seen.files,
      measurements: {
        files: seen.files,
        rows: seen.names.rows,
        orphan_files: seen.orphans,
        orphan_size_bytes: seen.orphanBytes,
        missing_files: seen.missing,
      },
    }
    const findings: FindingDraft[] = []
    if (seen.missing > 0) {
      const title = missing({ count: seen.missing, examples: seen.missingPaths })
      findings.push({ subject: 'rows', severity: 'high', title, remedy: bringBack({ component }) })
    }
    if (seen.orphans > 0) {
      const example = seen.orphanFiles[0]?.path ?? ''
      const title = orphans({ count: seen.orphans, bytes: seen.orphanBytes, example })
      findings.push({ subject: 'files', severity: 'low', title, remedy: quarantineThem({ component }) })
    }
    const [first] = findings
    if (first === undefined) {
      return { status: 'pass', ...told, reason: fine({ files: seen.files, young: seen.young }) }
    }
    return { status: statusOf(findings), ...told, reason: first.title, findings }
  },
})
