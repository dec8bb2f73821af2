import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection/connection.ts'
import { systemSchemas } from '../identifier.ts'
import {
  foreignKeyLimits,
  foreignKeys,
  missingIndexDdl,
  missingIndexes,
  nameForIndex,
} from '../indexes/foreign-keys.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTablesSeen, onlyOnPrimary, postgresTexts } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'

const missing = message<{
  key: string
  table: string
  columns: readonly string[]
  bytes: number
  referenced: string
  deletes: number
}>('postgres.missing-foreign-key-index', {
  en: (p, f) =>
    `${p.table} (${p.columns.join(', ')}) refers to ${p.referenced} and no index begins with it: each delete there reads ${f.bytes(p.bytes)}${p.deletes === 0 ? '' : `, ${f.number(p.deletes, 0)} deletes so far`} (${p.key})`,
  fr: (p, f) =>
    `${p.table} (${p.columns.join(', ')}) fait référence à ${p.referenced} sans qu'aucun index commence ainsi : chaque suppression y lit ${f.bytes(p.bytes)}${p.deletes === 0 ? '' : `, ${f.number(p.deletes, 0)} suppressions à ce jour`} (${p.key})`,
})
const remedy = message<{ ddl: string; name: string }>('postgres.missing-foreign-key-remedy', {
  en: (p) => `vigie db indexes --create '${p.name}'   -- or: ${p.ddl}`,
  fr: (p) => `vigie db indexes --create '${p.name}'   -- ou : ${p.ddl}`,
})
const fine = message<{ count: number; small: number }>('postgres.foreign-keys-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 foreign key', other: `${p.count} foreign keys` })} looked at${p.small === 0 ? '' : `; ${p.small} without an index, on tables so small that it does not matter`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 clé étrangère contrôlée', other: `${p.count} clés étrangères contrôlées` })}${p.small === 0 ? '' : ` ; ${p.small} sans index, sur des tables si petites que cela ne compte pas`}`,
})
const none = message('postgres.no-foreign-keys', {
  en: () => 'there is no foreign key',
  fr: () => "il n'y a pas de clé étrangère",
})

const tablesSql = `
  select count(*)::int as count from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not in ${systemSchemas} and n.nspname not like 'pg\\_temp\\_%'`

/** Foreign keys whose referencing columns no valid index begins with, where that costs something. */
export const missingForeignKeyIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-missing-foreign-key-index',
  summary: message('postgres.missing-foreign-key-summary', {
    en: () => 'foreign keys have an index',
    fr: () => 'les clés étrangères ont un index',
  }),
  options: foreignKeyLimits,
  cadence: 'weekly',
  criticality: 'informative',
  messages: [...postgresTexts, ...toldTexts, missing, remedy, fine, none],
  probe: async (component, _, ctx) => ({
    keys: await foreignKeys(component, ctx),
    tables: await ask<{ count: number }>(component, { sql: tablesSql }, ctx),
  }),
  judge: ({ keys, tables }, limits) => {
    if (!keys.ok) return blind(keys)
    if (!tables.ok) return blind(tables)
    if (keys.isStandby) return onlyOnPrimary()
    const count = tables.rows[0]?.count ?? 0
    if (count === 0) return noTablesSeen()
    if (keys.rows.length === 0)
      return { status: 'pass', saw: count, reason: none({}), measurements: { foreign_keys: 0 } }
    const named = missingIndexes(keys.rows, limits)
    const findings = named.map((one) => {
      const { schema, table, name, columns, bareBytes, referenced, deletes } = one
      const told = { key: name, table: `${schema}.${table}`, columns, bytes: bareBytes, referenced, deletes }
      return {
        subject: `${schema}.${table}.${name}`,
        severity: 'medium' as const,
        title: missing(told),
        remedy: remedy({ ddl: missingIndexDdl(one), name: nameForIndex(table, columns).replaceAll("'", "'\\''") }),
      }
    })
    const bare = keys.rows.filter(({ bareTables }) => bareTables > 0).length
    const measurements = {
      foreign_keys: keys.rows.length,
      bare_foreign_keys: bare,
      missing_foreign_key_indexes: named.length,
    }
    const seen = { saw: keys.rows.length, measurements }
    const [first] = findings
    if (first !== undefined) {
      const told = toldOf(
        findings,
        keys.rows.map(({ schema, table, name }) => `${schema}.${table}.${name}`),
      )
      return { status: 'warn', ...seen, ...told, reason: first.title, remedy: first.remedy }
    }
    return { status: 'pass', ...seen, reason: fine({ count: keys.rows.length, small: bare }) }
  },
})
