import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { indexTexts, judgeIndexes, redundantFindings } from '../indexes/index-texts.ts'
import { duplicates, indexes } from '../indexes/indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresTexts } from '../texts.ts'

const duplicate = message<{ name: string; table: string; bytes: number; keeps: string }>('postgres.duplicate-index', {
  en: (p, f) =>
    `${p.name} on ${p.table} is the same as ${p.keeps}: ${f.bytes(p.bytes)} and a write each time for nothing`,
  fr: (p, f) =>
    `${p.name} sur ${p.table} est identique à ${p.keeps} : ${f.bytes(p.bytes)} et une écriture à chaque fois pour rien`,
})

/** Indexes that are there twice. */
export const duplicateIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-duplicate-index',
  summary: message('postgres.duplicate-summary', {
    en: () => 'no index is there twice',
    fr: () => "aucun index n'existe en double",
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, ...indexTexts, duplicate],
  probe: (component, _, ctx) => indexes(component, ctx),
  judge: (answer) =>
    judgeIndexes(answer, (all) => redundantFindings(duplicates(all), duplicate, 'medium'), 'duplicate_indexes'),
})
