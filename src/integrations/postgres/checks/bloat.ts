import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import type { Judged, Unjudged } from '../bloat/estimate.ts'
import { isJudged, lookForBloat } from '../bloat/look.ts'
import { bloatFine, bloatTexts, notJudgedTexts, remedyOf, subjectOf, titleOf } from '../bloat/texts.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTablesSeen, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'

const megabyte = 1_000_000

/** Space in tables, their TOAST and B-trees that holds nothing: every scan reads it, and every backup keeps it. */
export const bloatCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-bloat',
  summary: message('postgres.bloat-summary', {
    en: () => 'tables and indexes hold little empty space',
    fr: () => 'les tables et les index contiennent peu de vide',
  }),
  options: z.strictObject({
    /** Autovacuum comes at 20 % of dead rows (autovacuum_vacuum_scale_factor): twice that, it did not keep up. */
    tableRatio: z.number().positive().max(1).default(0.4),
    /** Entries that come in any order leave pages about 69 % full (Yao 1978), of the 90 % of a new index: half is beyond that. */
    indexRatio: z.number().positive().max(1).default(0.5),
    /** Below this the work is not worth it. */
    minGain: z
      .number()
      .int()
      .positive()
      .default(100 * megabyte),
    /** Smaller tables and indexes are not looked at. */
    minBytes: z
      .number()
      .int()
      .positive()
      .default(10 * megabyte),
    /** With the extension pgstattuple: so many are measured, where most is to gain. 0: only estimates. */
    measured: z.number().int().min(0).max(1000).default(10),
    /** The server reads them as a whole: none that is larger. */
    largestMeasured: z
      .number()
      .int()
      .positive()
      .default(1000 * megabyte),
    /** No more measuring begins after it. */
    measuringTime: durationSchema.default(15_000),
  }),
  cadence: 'weekly',
  criticality: 'informative',
  timeoutMs: 60_000,
  messages: [...postgresTexts, ...toldTexts, ...bloatTexts],
  probe: (component, { minBytes, measured, largestMeasured, measuringTime }, ctx) => {
    const measure = { count: measured, bytes: largestMeasured, timeMs: measuringTime }
    return lookForBloat(component, { leastBytes: minBytes, measure }, ctx)
  },
  judge: ({ answer, tables, isCut }, { tableRatio, indexRatio, minGain, minBytes }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby) return onlyOnPrimary()
    if (!answer.isCounting) return nothingCounted()
    if (tables === 0) return noTablesSeen()
    const judged = answer.rows.filter(isJudged)
    const unjudged = answer.rows.filter((one): one is Unjudged => !isJudged(one))
    const isWasteful = ({ index, bytes, bloatBytes }: Judged): boolean =>
      bloatBytes >= minGain && bloatBytes >= bytes * (index === null ? tableRatio : indexRatio)
    const findings = judged.filter(isWasteful).map(
      (part): FindingDraft => ({
        subject: subjectOf(part),
        severity: part.bloatBytes >= 10 * minGain ? 'medium' : 'low',
        title: titleOf(part),
        remedy: remedyOf(part),
      }),
    )
    const total = (some: readonly { readonly bytes: number }[]): number =>
      some.reduce((sum, { bytes }) => sum + bytes, 0)
    const bloatBytes = judged.reduce((sum, one) => sum + one.bloatBytes, 0)
    const measurements = {
      bloat_bytes: bloatBytes,
      looked_at_bytes: total(judged),
      not_judged_bytes: total(unjudged),
      wasteful: findings.length,
    }
    // What was not judged, or not looked at, may still be what an earlier look named.
    const covers: { covers?: readonly string[] } =
      unjudged.length === 0 && !isCut ? {} : { covers: judged.map(subjectOf) }
    const [first] = findings
    if (first !== undefined) {
      const told = toldOf(findings, judged.map(subjectOf), covers.covers)
      return { status: statusOf(findings), saw: tables, measurements, ...told, reason: first.title }
    }
    const [unknown] = notJudgedTexts(unjudged.filter(({ bytes }) => bytes >= minGain))
    if (unknown !== undefined) return { status: 'error', reason: unknown.text, remedy: unknown.remedy, measurements }
    const reason = bloatFine({ count: judged.length, bytes: total(judged), bloatBytes, leastBytes: minBytes })
    return { status: 'pass', saw: tables, measurements, reason, ...covers }
  },
})
