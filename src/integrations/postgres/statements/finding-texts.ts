import type { Formatter } from '../../../core/formatter.ts'
import { message, type Text } from '../../../core/message.ts'
import type { Done } from './difference.ts'
import { meanMs, type Repeated } from './judged.ts'
import type { StatementTexts } from './texts-of.ts'

const slower = message<{
  user: string
  statement: string
  ms: number
  beforeMs: number
  share: number
  calls: number
  rows: number
  rowsBefore: number
}>('postgres.statement-slower', {
  en: (p, f) =>
    `takes ${f.duration(p.ms)} in the mean, ${f.duration(p.beforeMs)} a week before: ${f.percent(p.share, 0)} of the time of all statements, ${f.number(p.calls)} calls by ${p.user}, ${f.number(p.rows)} rows each (${f.number(p.rowsBefore)} before): ${p.statement}`,
  fr: (p, f) =>
    `prend ${f.duration(p.ms)} en moyenne, ${f.duration(p.beforeMs)} une semaine avant : ${f.percent(p.share, 0)} du temps de toutes les requêtes, ${f.number(p.calls)} appels par ${p.user}, ${f.number(p.rows)} lignes chacun (${f.number(p.rowsBefore)} avant) : ${p.statement}`,
})
const slowerRemedy = message<{ id: string }>('postgres.statement-slower-remedy', {
  en: (p) =>
    `See its plan: vigie db queries --explain=${p.id}. More rows to go through, a lost index and old statistics are the usual causes: ANALYZE the tables it reads, then compare.`,
  fr: (p) =>
    `Voyez son plan : vigie db queries --explain=${p.id}. Plus de lignes à parcourir, un index perdu et des statistiques anciennes sont les causes habituelles : ANALYZE des tables qu'elle lit, puis comparez.`,
})
const repeated = message<{
  user: string
  statement: string
  parent: string
  why: string
  perMinute: number
  rows: number
  times: number
}>('postgres.statement-repeated', {
  en: (p, f) =>
    `runs ${f.number(p.perMinute, 0)} times a minute for ${p.user}, ${f.number(p.rows)} rows each, ${timesIn('en', p, f)}: ${p.statement}${p.parent === '' ? '' : ` -- after: ${p.parent}`}`,
  fr: (p, f) =>
    `s'exécute ${f.number(p.perMinute, 0)} fois par minute pour ${p.user}, ${f.number(p.rows)} lignes chacune, ${timesIn('fr', p, f)} : ${p.statement}${p.parent === '' ? '' : ` -- après : ${p.parent}`}`,
})
const repeatedRemedy = message<{ why: string }>('postgres.statement-repeated-remedy', {
  en: (p) =>
    `Ask once for all rows: a JOIN, or WHERE ... = ANY($1) (Django: select_related or prefetch_related; SQLAlchemy: selectinload; Prisma: include; GraphQL: a DataLoader).${p.why === 'others' ? ' It is a guess from the other statements: tell the check requestsPerSecond, and it counts calls for each request.' : ''}`,
  fr: (p) =>
    `Demandez toutes les lignes en une fois : un JOIN, ou WHERE ... = ANY($1) (Django : select_related ou prefetch_related ; SQLAlchemy : selectinload ; Prisma : include ; GraphQL : un DataLoader).${p.why === 'others' ? " C'est une supposition d'après les autres requêtes : donnez requestsPerSecond au contrôle, et il compte les appels par requête HTTP." : ''}`,
})

interface About {
  readonly [key: string]: number | boolean | string
  readonly spanMs: number
  readonly isCompared: boolean
  /** Statements of which it is not known what they did before. */
  readonly unknown: number
}

export const someWrong = message<About & { slower: number; repeated: number }>('postgres.statements-wrong', {
  en: (p, f) =>
    `${[
      ...(p.slower > 0
        ? [
            f
              .plural(p.slower, { one: '1 statement is', other: `${p.slower} statements are` })
              .concat(' slower than a week before'),
          ]
        : []),
      ...(p.repeated > 0
        ? [
            f
              .plural(p.repeated, { one: '1 statement looks', other: `${p.repeated} statements look` })
              .concat(' like N+1'),
          ]
        : []),
    ].join(', ')} (over ${f.duration(p.spanMs)}${limitsIn('en', p, f)})`,
  fr: (p, f) =>
    `${[
      ...(p.slower > 0
        ? [
            f
              .plural(p.slower, { one: '1 requête plus lente', other: `${p.slower} requêtes plus lentes` })
              .concat(" qu'une semaine avant"),
          ]
        : []),
      ...(p.repeated > 0
        ? [
            f
              .plural(p.repeated, { one: '1 requête ressemble', other: `${p.repeated} requêtes ressemblent` })
              .concat(' à du N+1'),
          ]
        : []),
    ].join(', ')} (sur ${f.duration(p.spanMs)}${limitsIn('fr', p, f)})`,
})
export const calm = message<About & { calls: number; share: number; statement: string }>('postgres.statements-calm', {
  en: (p, f) =>
    `${f.number(p.calls)} calls in ${f.duration(p.spanMs)}${limitsIn('en', p, f)}; most time, ${f.percent(p.share, 0)}: ${p.statement}`,
  fr: (p, f) =>
    `${f.number(p.calls)} appels en ${f.duration(p.spanMs)}${limitsIn('fr', p, f)} ; le plus de temps, ${f.percent(p.share, 0)} : ${p.statement}`,
})
export const idle = message<About>('postgres.statements-idle', {
  en: (p, f) => `the application sent no statement in ${f.duration(p.spanMs)}`,
  fr: (p, f) => `l'application n'a envoyé aucune requête en ${f.duration(p.spanMs)}`,
})
export const findingTexts = [slower, slowerRemedy, repeated, repeatedRemedy, someWrong, calm, idle]

/** What the figures do not say. */
function limitsIn(locale: 'en' | 'fr', { isCompared, unknown }: About, format: Formatter): string {
  const count = format.number(unknown)
  const words = {
    en: [', not yet compared with a week before', `, without ${count} of which nothing is known before`],
    fr: [', pas encore comparé à la semaine précédente', `, sans ${count} dont on ne sait rien d'avant`],
  }
  const [alone = '', left = ''] = words[locale]
  return `${isCompared ? '' : alone}${unknown > 0 ? left : ''}`
}

function timesIn(locale: 'en' | 'fr', { why, times }: { why: string; times: number }, format: Formatter): string {
  const count = format.number(times, 0)
  const words = {
    en: {
      request: `${count} times for each request`,
      parent: `${count} times for each call of another that lists rows`,
      others: `${count} times as often as the others in the middle`,
    },
    fr: {
      request: `${count} fois par requête HTTP`,
      parent: `${count} fois pour chaque appel d'une autre qui liste des lignes`,
      others: `${count} fois plus souvent que les autres en médiane`,
    },
  }
  const known: Readonly<Record<string, string>> = words[locale]
  return known[why] ?? count
}

interface Told {
  readonly title: Text
  readonly remedy: Text
}

export function slowerFinding(one: {
  readonly now: Done
  readonly before: Done
  readonly share: number
  readonly user: string
  readonly texts: StatementTexts
}): Told {
  const { now, before, share, user, texts } = one
  const title = slower({
    ...{ user, share, statement: texts.get(now.id) ?? now.id, calls: now.calls },
    ...{
      ms: meanMs(now),
      beforeMs: meanMs(before),
      rows: now.rows / now.calls,
      rowsBefore: before.rows / before.calls,
    },
  })
  return { title, remedy: slowerRemedy({ id: now.id }) }
}

export function repeatedFinding(one: Repeated, user: string, texts: StatementTexts): Told {
  const { done, callsPerMinute: perMinute, why, times, parent } = one
  const title = repeated({
    ...{ user, why, times, perMinute, rows: done.rows / done.calls, statement: texts.get(done.id) ?? done.id },
    parent: parent === undefined ? '' : (texts.get(parent.id) ?? parent.id),
  })
  return { title, remedy: repeatedRemedy({ why }) }
}
