import { message } from '../../../core/message.ts'
import type { Need } from './care-of-tables.ts'

export type Why = Need | 'asked'

interface Told {
  readonly [key: string]: string | number | readonly string[]
  readonly table: string
  readonly how: 'vacuum' | 'analyze'
  readonly why: readonly Why[]
  readonly bytes: number
  readonly live: number
  readonly dead: number
  readonly modified: number
  readonly inserted: number
  readonly freezeRatio: number
}
export const care = message<Told>('postgres.maintain-action', {
  en: (p, f) => {
    const reasons: Readonly<Record<Why, string>> = {
      freeze: `its oldest row is at ${f.percent(p.freezeRatio)} of the way to a forced freeze`,
      dead: `${f.number(p.dead, 0)} dead rows beside ${f.number(p.live, 0)} live ones`,
      inserts: `${f.number(p.inserted, 0)} rows inserted since the last vacuum`,
      stale: `${f.number(p.modified, 0)} rows changed since the last analyze`,
      'never-analyzed': 'never analyzed',
      asked: 'as asked',
    }
    const verb = p.how === 'vacuum' ? 'vacuum and analyze' : 'analyze'
    return `${verb} ${p.table} (${f.bytes(p.bytes)}): ${p.why.map((why) => reasons[why]).join(', ')}`
  },
  fr: (p, f) => {
    const reasons: Readonly<Record<Why, string>> = {
      freeze: `sa plus vieille ligne est à ${f.percent(p.freezeRatio)} du gel forcé`,
      dead: `${f.number(p.dead, 0)} lignes mortes pour ${f.number(p.live, 0)} vivantes`,
      inserts: `${f.number(p.inserted, 0)} lignes insérées depuis le dernier vacuum`,
      stale: `${f.number(p.modified, 0)} lignes modifiées depuis le dernier analyze`,
      'never-analyzed': 'jamais analysée',
      asked: 'sur demande',
    }
    const verb = p.how === 'vacuum' ? 'vacuum et analyze de' : 'analyze de'
    return `${verb} ${p.table} (${f.bytes(p.bytes)}) : ${p.why.map((why) => reasons[why]).join(', ')}`
  },
})

interface Figures {
  readonly [key: string]: number | boolean
  readonly dead: number
  readonly deadAfter: number
  readonly bytes: number
  readonly bytesAfter: number
  readonly ms: number
  /** Rows stayed dead that vacuum wanted to remove. */
  readonly isHeld: boolean
}
export const cared = message<Figures>('postgres.maintain-figures', {
  en: (p, f) =>
    `dead rows ${f.number(p.dead, 0)} → ${f.number(p.deadAfter, 0)}, ${f.bytes(p.bytes)} → ${f.bytes(p.bytesAfter)}, in ${f.duration(p.ms)}${p.isHeld ? '; an old transaction, slot or replica still needs the dead rows that stayed: vigie db activity' : ''}`,
  fr: (p, f) =>
    `lignes mortes ${f.number(p.dead, 0)} → ${f.number(p.deadAfter, 0)}, ${f.bytes(p.bytes)} → ${f.bytes(p.bytesAfter)}, en ${f.duration(p.ms)}${p.isHeld ? ' ; une vieille transaction, un slot ou un réplica a encore besoin des lignes mortes restées : vigie db activity' : ''}`,
})
export const analyzed = message<{ rows: number; ms: number }>('postgres.maintain-analyzed', {
  en: (p, f) => `statistics of ${f.number(p.rows, 0)} rows, in ${f.duration(p.ms)}`,
  fr: (p, f) => `statistiques de ${f.number(p.rows, 0)} lignes, en ${f.duration(p.ms)}`,
})
export const careDone = message('postgres.maintain-meanwhile', {
  en: () => 'it needs nothing any more: autovacuum, or somebody, did it meanwhile',
  fr: () => "elle n'a plus besoin de rien : l'autovacuum, ou quelqu'un, l'a fait entre-temps",
})
export const careUnderWay = message('postgres.maintain-under-way', {
  en: () => 'somebody, or autovacuum, is at it right now',
  fr: () => "quelqu'un, ou l'autovacuum, s'en occupe en ce moment",
})
export const careGone = message('postgres.maintain-gone', {
  en: () => 'it is gone, or has another name',
  fr: () => 'elle a disparu, ou porte un autre nom',
})
export const careLocked = message('postgres.maintain-locked', {
  en: () => 'somebody holds a lock on it: vigie db locks shows who',
  fr: () => "quelqu'un y tient un verrou : vigie db locks montre qui",
})
export const careUncounted = message('postgres.maintain-uncounted', {
  en: () => 'PostgreSQL does not say that it was done: see its log',
  fr: () => 'PostgreSQL ne dit pas que cela a été fait : voyez son journal',
})
export const careDenied = message<{ table: string; role: string; hasMaintain: boolean }>('postgres.maintain-denied', {
  en: (p) =>
    `the role may not: ${p.hasMaintain ? `GRANT MAINTAIN ON ${p.table} TO ${p.role};` : 'give its owner, or the owner of the database, as actingUrl'}`,
  fr: (p) =>
    `le rôle n'en a pas le droit : ${p.hasMaintain ? `GRANT MAINTAIN ON ${p.table} TO ${p.role};` : 'donnez dans actingUrl son propriétaire, ou celui de la base'}`,
})
export const mayNothing = message<{ count: number; role: string }>('postgres.maintain-may-nothing', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table needs', other: `${f.number(p.count)} tables need` })} vacuum or analyze, and the role ${p.role} may do it for none`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table a', other: `${f.number(p.count)} tables ont` })} besoin de vacuum ou d'analyze, et le rôle ${p.role} ne peut le faire pour aucune`,
})
export const mayNothingRemedy = message<{ role: string; hasMaintain: boolean }>(
  'postgres.maintain-may-nothing-remedy',
  {
    en: (p) =>
      p.hasMaintain
        ? `GRANT pg_maintain TO ${p.role};`
        : 'Give a role that owns the tables, or the database, as actingUrl',
    fr: (p) =>
      p.hasMaintain
        ? `GRANT pg_maintain TO ${p.role};`
        : 'Donnez dans actingUrl un rôle propriétaire des tables, ou de la base',
  },
)
export const noSuchTable = message<{ name: string; count: number }>('postgres.no-such-table', {
  en: (p) =>
    p.count === 0 ? `there is no table ${p.name}` : `${p.count} tables are called ${p.name}, in several schemas`,
  fr: (p) =>
    p.count === 0
      ? `il n'y a pas de table ${p.name}`
      : `${p.count} tables s'appellent ${p.name}, dans plusieurs schémas`,
})
export const noSuchTableRemedy = message('postgres.no-such-table-remedy', {
  en: () => 'Write it as the catalog has it, with its schema: public.Orders',
  fr: () => 'Écrivez-la comme dans le catalogue, avec son schéma : public.Orders',
})

export const maintainTexts = [
  ...[care, cared, analyzed, careDone, careUnderWay, careGone, careLocked, careUncounted, careDenied],
  ...[mayNothing, mayNothingRemedy, noSuchTable, noSuchTableRemedy],
]
