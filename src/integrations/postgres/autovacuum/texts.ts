import { message, type Text } from '../../../core/message.ts'
import { quoted } from '../identifier.ts'
import { endHolder, type Holder, holderWords, horizonTexts } from '../tables/horizon.ts'
import { grantMonitor } from '../texts.ts'
import type { Server, Work } from './due.ts'
import type { Waiting } from './waiting.ts'

interface Passed {
  readonly [key: string]: string | number | boolean | null
  readonly name: string
  readonly isToast: boolean
  readonly work: Work
  readonly amount: number
  readonly at: number
  /** Null when it is not known since when. */
  readonly waitMs: number | null
}

const workEnglish: Readonly<Record<Work, string>> = {
  vacuum: 'dead rows',
  insert: 'rows inserted since its last vacuum',
  analyze: 'rows changed since its last analyze',
  freeze: 'transactions since its oldest row was frozen',
}
const workFrench: Readonly<Record<Work, string>> = {
  vacuum: 'lignes mortes',
  insert: 'lignes insérées depuis son dernier vacuum',
  analyze: 'lignes modifiées depuis son dernier analyze',
  freeze: 'transactions depuis le gel de sa plus vieille ligne',
}

const passed = message<Passed>('postgres.autovacuum-due', {
  en: (p, f) =>
    `${p.isToast ? `the TOAST of ${p.name}` : p.name} waits for autovacuum${p.waitMs === null ? '' : ` for ${f.duration(p.waitMs)}`}: ${f.number(p.amount, 0)} ${workEnglish[p.work]}, it comes at ${f.number(p.at, 0)}`,
  fr: (p, f) =>
    `${p.isToast ? `le TOAST de ${p.name}` : p.name} attend l'autovacuum${p.waitMs === null ? '' : ` depuis ${f.duration(p.waitMs)}`} : ${f.number(p.amount, 0)} ${workFrench[p.work]}, il vient à ${f.number(p.at, 0)}`,
})
const serverOff = message('postgres.autovacuum-server-off', {
  en: () => 'Autovacuum is off: ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();',
  fr: () => "L'autovacuum est arrêté : ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();",
})
const tableOff = message<{ table: string; parameter: string }>('postgres.autovacuum-table-off', {
  en: (p) => `Autovacuum is off for it: ALTER TABLE ${p.table} RESET (${p.parameter});`,
  fr: (p) => `L'autovacuum y est arrêté : ALTER TABLE ${p.table} RESET (${p.parameter});`,
})
const running = message<{ ratio: number; bytesPerSecond: number | null }>('postgres.autovacuum-running', {
  en: (p, f) =>
    `A vacuum is at it, ${f.percent(p.ratio, 0)} done${p.bytesPerSecond === null ? '' : `; its settings let it read ${f.bytes(p.bytesPerSecond)} a second at most, shared by all workers: raise autovacuum_vacuum_cost_limit when that is too slow`}`,
  fr: (p, f) =>
    `Un vacuum est en cours, à ${f.percent(p.ratio, 0)}${p.bytesPerSecond === null ? '' : ` ; ses réglages lui permettent de lire ${f.bytes(p.bytesPerSecond)} par seconde au plus, partagés entre tous : augmentez autovacuum_vacuum_cost_limit si c'est trop lent`}`,
})
const held = message<{ type: Holder['type']; name: string; end: string }>('postgres.autovacuum-held', {
  en: (p) => `What it would remove may still be read by ${holderWords.en[p.type]} ${p.name}: ${p.end}`,
  fr: (p) => `Ce qu'il enlèverait peut encore être lu par ${holderWords.fr[p.type]} ${p.name} : ${p.end}`,
})
const busy = message<{ workers: number; with: string; table: string }>('postgres.autovacuum-busy', {
  en: (p) =>
    `All ${p.workers} workers are busy${p.with === '' ? '' : ` (${p.with})`}: VACUUM (ANALYZE) ${p.table}; and raise autovacuum_max_workers with autovacuum_vacuum_cost_limit if it stays so`,
  fr: (p) =>
    `Les ${p.workers} processus sont tous occupés${p.with === '' ? '' : ` (${p.with})`} : VACUUM (ANALYZE) ${p.table}; et augmentez autovacuum_max_workers avec autovacuum_vacuum_cost_limit si cela dure`,
})
const unseen = message<{ table: string; grant: string }>('postgres.autovacuum-unseen', {
  en: (p) => `VACUUM (ANALYZE) ${p.table};   Why it does not come, the role may not see: ${p.grant}`,
  fr: (p) => `VACUUM (ANALYZE) ${p.table};   Pourquoi il ne vient pas, le rôle ne le voit pas : ${p.grant}`,
})
const unknown = message<{ table: string }>('postgres.autovacuum-unknown', {
  en: (p) =>
    `VACUUM (ANALYZE) ${p.table};   Nothing holds it up that can be seen: is it cancelled by locks again and again? The log of the server tells`,
  fr: (p) =>
    `VACUUM (ANALYZE) ${p.table};   Rien de visible ne le retient : est-il annulé sans cesse par des verrous ? Le journal du serveur le dit`,
})
export const autovacuumOff = message<{ count: number }>('postgres.autovacuum-off', {
  en: (p, f) =>
    `autovacuum is off, and ${f.plural(p.count, { one: `${p.count} table waits`, other: `${f.number(p.count)} tables wait` })} for it`,
  fr: (p, f) =>
    `l'autovacuum est arrêté, et ${f.plural(p.count, { one: `${p.count} table l'attend`, other: `${f.number(p.count)} tables l'attendent` })}`,
})
export const autovacuumFine = message<{ count: number; due: number }>('postgres.autovacuum-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${f.number(p.count)} tables` })}, ${p.due === 0 ? 'none past its trigger' : `${f.number(p.due)} past a trigger, not for long`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${f.number(p.count)} tables` })}, ${p.due === 0 ? 'aucune au-delà de son seuil' : `${f.number(p.due)} au-delà d'un seuil, depuis peu`}`,
})
export const autovacuumFirst = message<{ count: number; due: number }>('postgres.autovacuum-first', {
  en: (p, f) =>
    `${f.number(p.due)} of ${f.number(p.count)} tables past a trigger: since when is told from the next look on`,
  fr: (p, f) =>
    `${f.number(p.due)} tables sur ${f.number(p.count)} au-delà d'un seuil : depuis quand, le prochain contrôle le dira`,
})
export const autovacuumMore = message<{ count: number; isCut: boolean }>('postgres.autovacuum-more', {
  en: (p, f) =>
    `and ${p.isCut ? 'at least ' : ''}${f.plural(p.count, { one: '1 more table waits', other: `${f.number(p.count)} more tables wait` })} for autovacuum`,
  fr: (p, f) =>
    `et ${p.isCut ? 'au moins ' : ''}${f.plural(p.count, { one: "1 autre table attend l'autovacuum", other: `${f.number(p.count)} autres tables attendent l'autovacuum` })}`,
})
export const autovacuumUncounted = message<{ due: number; limit: number }>('postgres.autovacuum-uncounted', {
  en: (p, f) =>
    `could not tell: ${f.number(p.due)} tables wait for autovacuum at once, and since when is known of ${f.number(p.limit)} only`,
  fr: (p, f) =>
    `indéterminé : ${f.number(p.due)} tables attendent l'autovacuum à la fois, et depuis quand n'est connu que de ${f.number(p.limit)}`,
})
export const maintainWorst = message('postgres.autovacuum-maintain', {
  en: () =>
    'vigie db maintain   -- the worst first; raise autovacuum_max_workers with autovacuum_vacuum_cost_limit if it stays so',
  fr: () =>
    "vigie db maintain   -- les pires d'abord ; augmentez autovacuum_max_workers avec autovacuum_vacuum_cost_limit si cela dure",
})
export const restartServer = serverOff
export const autovacuumTexts = [
  ...[passed, serverOff, tableOff, running, held, busy, unseen, unknown],
  ...[autovacuumMore, autovacuumUncounted, maintainWorst],
  ...[autovacuumOff, autovacuumFine, autovacuumFirst, grantMonitor, ...horizonTexts],
]

export function subjectOf({ schema, table, isToast }: Waiting): string {
  return `${schema}.${table}${isToast ? ' (toast)' : ''}`
}

export function titleOf(one: Waiting, now: number): Text {
  const { schema, table, isToast, work, amount, at, isFirstLook, since } = one
  return passed({
    name: `${schema}.${table}`,
    isToast,
    work,
    amount,
    at,
    waitMs: isFirstLook || since === now ? null : now - since,
  })
}

/** Pages of 8 kB that are read before a rest: vacuum_cost_page_miss is 2 from 14 on, and 10 before. */
function bytesPerSecond({ delayMs, costLimit }: Server): number | null {
  return delayMs <= 0 ? null : (costLimit / 2) * 8192 * (1000 / delayMs)
}

/** Why it was not done, and the statement that helps: the first cause that applies, from the surest on. */
export function remedyOf(one: Waiting, server: Server, holder: Holder | undefined, role: string): Text {
  const table = quoted(one.schema, one.table)
  if (!one.isAutomatic && one.work !== 'freeze')
    return tableOff({ table, parameter: one.isToast ? 'toast.autovacuum_enabled' : 'autovacuum_enabled' })
  if (!server.isOn && one.work !== 'freeze') return serverOff({})
  if (one.doneRatio !== null) return running({ ratio: one.doneRatio, bytesPerSecond: bytesPerSecond(server) })
  if (holder !== undefined && one.work !== 'analyze' && one.work !== 'insert') {
    const { type, name } = holder
    const { code, params } = endHolder(holder)
    return held({
      type,
      name,
      end: code === 'postgres.xid-ask-replica' ? 'SELECT * FROM pg_stat_replication;' : String(params['statement']),
    })
  }
  if (server.workers >= server.maxWorkers)
    return busy({ workers: server.maxWorkers, with: server.busyWith.join('; '), table })
  return server.seesAll ? unknown({ table }) : unseen({ table, grant: `GRANT pg_monitor TO ${role};` })
}
