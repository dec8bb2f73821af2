import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { indexTexts, judgeIndexes, redundantFindings } from '../indexes/index-texts.ts'
import { indexes, overlaps } from '../indexes/indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresTexts } from '../texts.ts'

const overlapping = message<{ name: string; table: string; bytes: number; keeps: string }>(
  'postgres.overlapping-index',
  {
    en: (p, f) =>
      `${p.name} on ${p.table} is the beginning of ${p.keeps}, which serves the same queries: ${f.bytes(p.bytes)}`,
    fr: (p, f) =>
      `${p.name} sur ${p.table} est le début de ${p.keeps}, qui sert les mêmes requêtes : ${f.bytes(p.bytes)}`,
  },
)

/** Indexes whose columns are the beginning of another one. */
export const overlappingIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-overlapping-index',
  summary: message('postgres.overlapping-summary', {
    en: () => 'no index is the beginning of another',
    fr: () => "aucun index n'est le début d'un autre",
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, ...indexTexts, overlapping],
  probe: (component, _, ctx) => indexes(component, ctx),
  judge: (answer) =>
    judgeIndexes(answer, (all) => redundantFindings(overlaps(all), overlapping, 'low'), 'overlapping_indexes'),
})
