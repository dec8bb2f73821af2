import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import type { PostgresOptions } from '../options.ts'
import { type BlockingTree, blockingTrees } from '../sessions/blocking-tree.ts'
import { hidden, type Session, sessions, subjectOf } from '../sessions/sessions.ts'
import { blind, postgresTexts } from '../texts.ts'

interface Blocking {
  readonly [key: string]: string | number
  readonly pid: number
  readonly who: string
  readonly count: number
  readonly ms: number
  readonly statement: string
  readonly waiting: string
}

const blocking = message<Blocking>('postgres.blocking', {
  en: (p, f) =>
    `${p.who} (pid ${p.pid}) holds up ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} for ${f.duration(p.ms)} (pid ${p.waiting}), after: ${p.statement}`,
  fr: (p, f) =>
    `${p.who} (pid ${p.pid}) bloque ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} depuis ${f.duration(p.ms)} (pid ${p.waiting}), après : ${p.statement}`,
})
const preparedBlocking = message<{ count: number; ms: number; waiting: string }>('postgres.blocking-prepared', {
  en: (p, f) =>
    `a prepared transaction holds up ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} for ${f.duration(p.ms)} (pid ${p.waiting})`,
  fr: (p, f) =>
    `une transaction préparée bloque ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} depuis ${f.duration(p.ms)} (pid ${p.waiting})`,
})
const remedy = message<{ pid: number; isIdle: boolean }>('postgres.blocking-remedy', {
  en: (p) =>
    p.isIdle
      ? `SELECT pg_terminate_backend(${p.pid});   -- it runs nothing that could be cancelled`
      : `SELECT pg_cancel_backend(${p.pid});   -- if it stays: SELECT pg_terminate_backend(${p.pid});`,
  fr: (p) =>
    p.isIdle
      ? `SELECT pg_terminate_backend(${p.pid});   -- elle n'exécute rien que l'on puisse annuler`
      : `SELECT pg_cancel_backend(${p.pid});   -- si elle reste : SELECT pg_terminate_backend(${p.pid});`,
})
const preparedRemedy = message('postgres.blocking-prepared-remedy', {
  en: () =>
    'SELECT gid, prepared, owner, database FROM pg_prepared_xacts ORDER BY 2;   -- then ROLLBACK PREPARED or COMMIT PREPARED the oldest',
  fr: () =>
    'SELECT gid, prepared, owner, database FROM pg_prepared_xacts ORDER BY 2;   -- puis ROLLBACK PREPARED ou COMMIT PREPARED la plus ancienne',
})
const replayBlocking = message<{ count: number; ms: number; waiting: string }>('postgres.blocking-replay', {
  en: (p, f) =>
    `the replay of an exclusive lock of the primary holds up ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} for ${f.duration(p.ms)} (pid ${p.waiting})`,
  fr: (p, f) =>
    `un verrou exclusif du primaire, rejoué ici, bloque ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} depuis ${f.duration(p.ms)} (pid ${p.waiting})`,
})
const replayRemedy = message('postgres.blocking-replay-remedy', {
  en: () =>
    "End on the primary the transaction that holds it: SELECT pid, relation::regclass FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted;",
  fr: () =>
    "Terminez sur le primaire la transaction qui le tient : SELECT pid, relation::regclass FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted;",
})
const fine = message<{ count: number }>('postgres.no-blocking', {
  en: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, none waits for a lock`,
  fr: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, aucune n'attend un verrou`,
})

/** Sessions that wait for a lock, told by the one at the root. */
export const blockingCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-blocking',
  summary: message('postgres.blocking-summary', {
    en: () => 'no session holds up others',
    fr: () => "aucune session n'en bloque d'autres",
  }),
  options: z.strictObject({
    /** Ordinary locks last milliseconds; PostgreSQL looks for deadlocks after 1 s (deadlock_timeout). */
    longerThan: durationSchema.default(5000),
  }),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 30_000, alertsBy: 'status' },
  messages: [...postgresTexts, blocking, preparedBlocking, remedy, preparedRemedy, replayBlocking, replayRemedy, fine],
  probe: (component, _, ctx) => sessions(component, ctx),
  judge: (answer, { longerThan }) => {
    if (!answer.ok) return blind(answer)
    const unseen = hidden(answer.rows)
    if (unseen !== undefined) return unseen
    const seen = { saw: answer.rows.length + 1 }
    const trees = blockingTrees(answer.rows).filter(({ waiting }) =>
      waiting.some(({ waitMs }) => (waitMs ?? 0) > longerThan),
    )
    const findings = onePerSubject(trees.map((tree) => findingOn(tree, answer.rows)))
    const measurements = { waiting_sessions: answer.rows.filter(({ blockers }) => blockers.length > 0).length }
    const [first] = findings
    if (first !== undefined) return { status: 'fail', ...seen, measurements, findings, reason: first.title }
    return { status: 'pass', ...seen, measurements, reason: fine({ count: seen.saw }) }
  },
})

function findingOn({ root, waiting }: BlockingTree, rows: readonly Session[]): FindingDraft {
  const ms = Math.max(...waiting.map(({ waitMs }) => waitMs ?? 0))
  const queue = { count: waiting.length, ms, waiting: waiting.map(({ pid }) => pid).join(', ') }
  const session = rows.find(({ pid }) => pid === root)
  if (session === undefined) {
    return { subject: 'prepared', severity: 'high', title: preparedBlocking(queue), remedy: preparedRemedy({}) }
  }
  if (session.isReplay) {
    // To end the process that replays would be to end the server.
    return { subject: 'replay', severity: 'high', title: replayBlocking(queue), remedy: replayRemedy({}) }
  }
  const { application, user, statement, state } = session
  return {
    subject: subjectOf(session),
    severity: 'high',
    title: blocking({ ...queue, pid: root, who: application || user, statement }),
    remedy: remedy({ pid: root, isIdle: state?.startsWith('idle') ?? false }),
  }
}

/** The longest queue speaks for all that the same statement of the same program holds up. */
function onePerSubject(findings: readonly FindingDraft[]): readonly FindingDraft[] {
  return findings.filter(({ subject }, position) => findings.findIndex((one) => one.subject === subject) === position)
}
