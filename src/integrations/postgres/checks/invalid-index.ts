import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { quoted } from '../identifier.ts'
import { drop, type IndexFinding, indexTexts, judgeIndexes, nameOf, rebuild } from '../indexes/index-texts.ts'
import { type Index, indexes } from '../indexes/indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresTexts } from '../texts.ts'

const invalid = message<{ name: string; table: string; bytes: number }>('postgres.invalid-index', {
  en: (p, f) =>
    `${p.name} on ${p.table} is invalid: a build that failed left it, ${f.bytes(p.bytes)}, written to and never read`,
  fr: (p, f) =>
    `${p.name} sur ${p.table} est invalide : une création échouée l'a laissé, ${f.bytes(p.bytes)}, écrit et jamais lu`,
})

const incomplete = message<{ name: string; table: string }>('postgres.incomplete-index', {
  en: (p) => `${p.name} on ${p.table} is incomplete: not every partition has a valid part of it`,
  fr: (p) => `${p.name} sur ${p.table} est incomplet : toutes les partitions n'en ont pas une partie valide`,
})
const attach = message<{ index: string }>('postgres.attach-remedy', {
  en: (p) =>
    `On each partition without a valid one: CREATE INDEX CONCURRENTLY; then ALTER INDEX ${p.index} ATTACH PARTITION it;`,
  fr: (p) =>
    `Sur chaque partition qui n'en a pas de valide : CREATE INDEX CONCURRENTLY ; puis ALTER INDEX ${p.index} ATTACH PARTITION celui-ci ;`,
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
  messages: [...postgresTexts, ...indexTexts, invalid, incomplete, attach],
  probe: (component, _, ctx) => indexes(component, ctx),
  judge: (answer) =>
    judgeIndexes(
      answer,
      (all) => all.filter(({ isValid, isBuilding }) => !isValid && !isBuilding).map(findingOn),
      'invalid_indexes',
    ),
})

function findingOn(index: Index): IndexFinding {
  const [name, { table, bytes }] = [nameOf(index), index]
  if (index.isPartitioned) {
    const remedy = attach({ index: quoted(index.schema, index.name) })
    return { index, severity: 'low', title: incomplete({ name, table }), remedy }
  }
  const remedy = index.isNeeded ? rebuild(index) : drop(index)
  return { index, severity: 'medium', title: invalid({ name, table, bytes }), remedy }
}
