import { message, type Text } from '../../../core/message.ts'
import { quoted } from '../identifier.ts'
import type { Judged, Part, Unjudged, Unknown } from './estimate.ts'
import type { Measuring } from './measure.ts'

export interface Wasted {
  readonly [key: string]: string | number | boolean
  readonly name: string
  readonly isToast: boolean
  readonly bytes: number
  readonly bloatBytes: number
  readonly ratio: number
  readonly isExact: boolean
}

const wasted = message<Wasted>('postgres.bloat', {
  en: (p, f) =>
    `${p.isToast ? `the TOAST of ${p.name}` : p.name}: ${f.bytes(p.bloatBytes)} of ${f.bytes(p.bytes)} would be free after a rewrite, ${f.percent(p.ratio, 0)} (${p.isExact ? 'measured' : p.isToast ? 'estimated: at least' : 'estimated: ± 10 points'})`,
  fr: (p, f) =>
    `${p.isToast ? `le TOAST de ${p.name}` : p.name} : ${f.bytes(p.bloatBytes)} sur ${f.bytes(p.bytes)} seraient libres après une réécriture, ${f.percent(p.ratio, 0)} (${p.isExact ? 'mesuré' : p.isToast ? 'estimé : au moins' : 'estimé : ± 10 points'})`,
})
const rewriteTable = message<{ table: string; plain: string }>('postgres.bloat-table-remedy', {
  en: (p) =>
    `VACUUM (ANALYZE) ${p.table}; makes it free for new rows. Only if the disk needs it back: pg_repack --table='${p.plain}', which lets reads and writes go on. VACUUM FULL keeps everybody out until it is done, and needs the space of a copy`,
  fr: (p) =>
    `VACUUM (ANALYZE) ${p.table}; le libère pour de nouvelles lignes. Seulement si le disque doit le récupérer : pg_repack --table='${p.plain}', qui laisse lire et écrire. VACUUM FULL bloque tout le monde jusqu'à sa fin, et demande la place d'une copie`,
})
const rewriteIndex = message<{ index: string }>('postgres.bloat-index-remedy', {
  en: (p) => `REINDEX INDEX CONCURRENTLY ${p.index};`,
  fr: (p) => `REINDEX INDEX CONCURRENTLY ${p.index};`,
})
const fine = message<{ count: number; bytes: number; bloatBytes: number; leastBytes: number }>('postgres.bloat-fine', {
  en: (p, f) =>
    p.count === 0
      ? `no table or index of ${f.bytes(p.leastBytes)} or more`
      : `${f.bytes(p.bloatBytes)} of ${f.bytes(p.bytes)} would be free after rewrites, in ${f.plural(p.count, { one: '1 table or index', other: `${f.number(p.count)} tables and indexes` })} of ${f.bytes(p.leastBytes)} or more`,
  fr: (p, f) =>
    p.count === 0
      ? `aucune table ni index de ${f.bytes(p.leastBytes)} ou plus`
      : `${f.bytes(p.bloatBytes)} sur ${f.bytes(p.bytes)} seraient libres après réécriture, dans ${f.plural(p.count, { one: '1 table ou index', other: `${f.number(p.count)} tables et index` })} de ${f.bytes(p.leastBytes)} ou plus`,
})
const whyEnglish: Readonly<Record<Unknown, string>> = {
  'not-counted': 'its rows were never counted since the statistics began',
  changed: 'more than a tenth of it changed since its rows were counted',
  'not-readable': 'the role may not read it, so that the server tells it no statistics',
  'no-statistics': 'some columns have no statistics',
}
const whyFrench: Readonly<Record<Unknown, string>> = {
  'not-counted': "ses lignes n'ont jamais été comptées depuis le début des statistiques",
  changed: 'plus du dixième a changé depuis le comptage de ses lignes',
  'not-readable': 'le rôle ne peut pas la lire, donc le serveur ne lui en donne pas les statistiques',
  'no-statistics': "des colonnes n'ont pas de statistiques",
}
export const notJudged = message<{ count: number; name: string; why: Unknown }>('postgres.bloat-not-judged', {
  en: (p, f) =>
    `could not tell of ${f.plural(p.count, { one: p.name, other: `${f.number(p.count)} tables and indexes, such as ${p.name}` })}: ${whyEnglish[p.why]}`,
  fr: (p, f) =>
    `indéterminé pour ${f.plural(p.count, { one: p.name, other: `${f.number(p.count)} tables et index, dont ${p.name}` })} : ${whyFrench[p.why]}`,
})
const analyze = message<{ table: string }>('postgres.bloat-analyze', {
  en: (p) => `ANALYZE ${p.table};   (a TOAST table is counted by VACUUM)`,
  fr: (p) => `ANALYZE ${p.table};   (une table TOAST est comptée par VACUUM)`,
})
const grant = message<{ table: string }>('postgres.bloat-grant', {
  en: (p) => `GRANT SELECT ON ${p.table} TO the role of the url, or GRANT pg_read_all_data TO it`,
  fr: (p) => `GRANT SELECT ON ${p.table} au rôle de l'url, ou GRANT pg_read_all_data`,
})
export const estimated = message('postgres.bloat-estimated', {
  en: () =>
    '~ estimated from statistics, ± 10 points; of TOAST at least. CREATE EXTENSION pgstattuple; lets it be measured.',
  fr: () =>
    "~ estimé d'après les statistiques, à ± 10 points ; au moins pour le TOAST. CREATE EXTENSION pgstattuple; permet de mesurer.",
})
export const notAllowed = message('postgres.bloat-not-allowed', {
  en: () =>
    '~ estimated from statistics, ± 10 points; of TOAST at least. GRANT pg_stat_scan_tables TO the role of the url lets it measure.',
  fr: () =>
    "~ estimé d'après les statistiques, à ± 10 points ; au moins pour le TOAST. GRANT pg_stat_scan_tables au rôle de l'url permet de mesurer.",
})
export const someMeasured = message<{ count: number }>('postgres.bloat-some-measured', {
  en: (p, f) => `~ estimated from statistics, ± 10 points; of TOAST at least. Measured: ${f.number(p.count)}.`,
  fr: (p, f) =>
    `~ estimé d'après les statistiques, à ± 10 points ; au moins pour le TOAST. Mesurés : ${f.number(p.count)}.`,
})
export const onlyLargest = message<{ limit: number }>('postgres.bloat-only-largest', {
  en: (p, f) => `Only the largest ${f.number(p.limit)} tables and indexes are looked at.`,
  fr: (p, f) => `Seuls les ${f.number(p.limit)} plus grands tables et index sont examinés.`,
})
export const bloatFine = fine
export const bloatTexts = [
  ...[wasted, rewriteTable, rewriteIndex, fine, notJudged, analyze, grant],
  ...[estimated, notAllowed, someMeasured, onlyLargest],
]

/** The same for ever, and apart from every other part: an index has a name of its own in its schema. */
export function subjectOf({ schema, table, index, isToast }: Part): string {
  return `${schema}.${index ?? table}${isToast ? ' (toast)' : ''}`
}

export function titleOf(part: Judged): Text {
  const { schema, table, index, isToast, bytes, bloatBytes, isExact } = part
  return wasted({ name: `${schema}.${index ?? table}`, isToast, bytes, bloatBytes, ratio: bloatBytes / bytes, isExact })
}

export function remedyOf({ schema, table, index }: Part): Text {
  if (index !== null) return rewriteIndex({ index: quoted(schema, index) })
  return rewriteTable({ table: quoted(schema, table), plain: `${schema}.${table}`.replaceAll("'", "'\\''") })
}

/** One text for each reason, the one that hides most first. */
export function notJudgedTexts(parts: readonly Unjudged[]): readonly { readonly text: Text; readonly remedy: Text }[] {
  const byWhy = Map.groupBy(parts, ({ why }) => why)
  const bytesOf = (some: readonly Part[]): number => some.reduce((sum, { bytes }) => sum + bytes, 0)
  return [...byWhy]
    .toSorted(([, a], [, b]) => bytesOf(b) - bytesOf(a))
    .flatMap(([why, some]) => {
      const [largest] = some.toSorted((a, b) => b.bytes - a.bytes)
      if (largest === undefined) return []
      const table = quoted(largest.schema, largest.table)
      const text = notJudged({ count: some.length, name: subjectOf(largest), why })
      return [{ text, remedy: why === 'not-readable' ? grant({ table }) : analyze({ table }) }]
    })
}

export function precision(measuring: Measuring): Text {
  if (measuring.extension === 'used') return someMeasured({ count: measuring.measured })
  return measuring.extension === 'not-allowed' ? notAllowed({}) : estimated({})
}
