import { message } from '../../../core/message.ts'

/** `ageMs`: for how long both the statistics and the index are known; undefined when nothing tells how old it is. */
export interface Unread {
  readonly [key: string]: string | number | undefined
  readonly name: string
  readonly table: string
  readonly bytes: number
  readonly ageMs?: number
  /** Entries written to it a day. */
  readonly entriesPerDay?: number
}

export const unusedFor = message<Unread>('postgres.unused-index', {
  en: (p, f) =>
    `${p.name} on ${p.table}: ${f.bytes(p.bytes)}, ${p.ageMs === undefined ? 'no scan, and nothing tells how long it has been there' : `no scan in ${f.duration(p.ageMs)}`}${p.entriesPerDay === undefined ? '' : `, ${f.number(p.entriesPerDay, 0)} entries written a day`}`,
  fr: (p, f) =>
    `${p.name} sur ${p.table} : ${f.bytes(p.bytes)}, ${p.ageMs === undefined ? 'aucune lecture, et rien ne dit depuis quand il existe' : `aucune lecture en ${f.duration(p.ageMs)}`}${p.entriesPerDay === undefined ? '' : `, ${f.number(p.entriesPerDay, 0)} entrées écrites par jour`}`,
})
export const unread = message<Unread & { readonly replicas: number; readonly known: string }>('postgres.unread-index', {
  en: (p, f) =>
    `${p.name} on ${p.table}: ${f.bytes(p.bytes)}, no scan on this server${p.ageMs === undefined ? '' : ` in ${f.duration(p.ageMs)}`}; what ${f.plural(p.replicas, { one: 'its replica reads', other: `its ${p.replicas} replicas read` })} is not counted here${p.known === '' ? '' : ` (${p.known})`}`,
  fr: (p, f) =>
    `${p.name} sur ${p.table} : ${f.bytes(p.bytes)}, aucune lecture sur ce serveur${p.ageMs === undefined ? '' : ` en ${f.duration(p.ageMs)}`} ; ce que ${f.plural(p.replicas, { one: 'lit son réplica', other: `lisent ses ${p.replicas} réplicas` })} n'est pas compté ici${p.known === '' ? '' : ` (${p.known})`}`,
})
export const askReplicas = message<{ index: string; isPartitioned: boolean }>('postgres.ask-replicas', {
  en: (p) => `Ask every replica, and keep it where one has read it: ${scansOf(p)}`,
  fr: (p) => `Demandez à chaque réplica, et gardez-le si l'un d'eux l'a lu : ${scansOf(p)}`,
})
export const tooYoung = message<{ ageMs: number; neededMs: number }>('postgres.statistics-young', {
  en: (p, f) =>
    `could not tell: scans are counted for ${f.duration(p.ageMs)} only, ${f.duration(p.neededMs)} are needed`,
  fr: (p, f) =>
    `indéterminé : les lectures ne sont comptées que depuis ${f.duration(p.ageMs)}, il en faut ${f.duration(p.neededMs)}`,
})
export const promotedLately = message<{ ageMs: number; neededMs: number }>('postgres.promoted-lately', {
  en: (p, f) =>
    `could not tell: this server is known to be the primary for ${f.duration(p.ageMs)} only, ${f.duration(p.neededMs)} are needed`,
  fr: (p, f) =>
    `indéterminé : ce serveur n'est connu comme primaire que depuis ${f.duration(p.ageMs)}, il en faut ${f.duration(p.neededMs)}`,
})
export const wait = message<{ neededMs: number }>('postgres.statistics-wait', {
  en: (p, f) =>
    `Let this check run until ${f.duration(p.neededMs)} have passed, or set minStatisticsAge lower when no report or closing of the month is missed by it`,
  fr: (p, f) =>
    `Laissez ce contrôle tourner jusqu'à ce que ${f.duration(p.neededMs)} soient passés, ou réduisez minStatisticsAge si aucun état ni clôture de fin de mois n'y échappe`,
})
export const someYoung = message<{ count: number; unused: number; young: number; neededMs: number }>(
  'postgres.indexes-young',
  {
    en: (p, f) =>
      `${f.plural(p.count, { one: '1 index', other: `${p.count} indexes` })} judged${p.unused === 0 ? '' : `, ${p.unused} unused`}; ${p.young} without a scan not judged yet, not known for ${f.duration(p.neededMs)}`,
    fr: (p, f) =>
      `${f.plural(p.count, { one: '1 index jugé', other: `${p.count} index jugés` })}${p.unused === 0 ? '' : `, dont ${p.unused} inutilisés`} ; ${p.young} sans lecture pas encore jugés, faute d'être connus depuis ${f.duration(p.neededMs)}`,
  },
)
export const unusedIndexTexts = [unusedFor, unread, askReplicas, tooYoung, promotedLately, wait, someYoung]

function scansOf({ index, isPartitioned }: { readonly index: string; readonly isPartitioned: boolean }): string {
  return isPartitioned
    ? `SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelid IN (SELECT relid FROM pg_partition_tree('${index}'));`
    : `SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelid = '${index}'::regclass;`
}
