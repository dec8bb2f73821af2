import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { drop, indexTexts, judgeIndexes, nameOf, rebuild } from '../index-texts.ts'
import { indexes } from '../indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresTexts } from '../texts.ts'

const invalid = message<{ name: string; table: string; bytes: number }>('postgres.invalid-index', {
  en: (p, f) =>
    `${p.name} on ${p.table} is invalid: a build that failed left it, ${f.bytes(p.bytes)}, written to and never read`,
  fr: (p, f) =>
    `${p.name} sur ${p.table} est invalide : une création échouée l'a laissé, ${f.bytes(p.bytes)}, écrit et jamais lu`,
})

/** Indexes that a failed CREATE or REINDEX CONCURRENTLY left behind. One that is being built is not named. */
export const invalidIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-invalid-index',
  summary: message('postgres.invalid-summary', {
    en: () => 'no index is invalid',
    fr: () => "aucun index n'est invalide",
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'important',
  messages: [...postgresTexts, ...indexTexts, invalid],
  probe: (component, _, ctx) => indexes(component, ctx),
  judge: (answer) =>
    judgeIndexes(
      answer,
      (all) =>
        all
          .filter(({ isValid, isBuilding }) => !isValid && !isBuilding)
          .map((one) => ({
            index: one,
            severity: 'medium',
            title: invalid({ name: nameOf(one), table: one.table, bytes: one.bytes }),
            remedy: one.isNeeded ? rebuild(one) : drop(one),
          })),
      'invalid_indexes',
    ),
})
