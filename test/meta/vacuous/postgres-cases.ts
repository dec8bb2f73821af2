import { archiverCheck } from '../../../src/integrations/postgres/checks/archiver.ts'
import { blockingCheck } from '../../../src/integrations/postgres/checks/blocking.ts'
import { changesCheck } from '../../../src/integrations/postgres/checks/changes.ts'
import { checksumsCheck } from '../../../src/integrations/postgres/checks/checksums.ts'
import { connectionsCheck } from '../../../src/integrations/postgres/checks/connections.ts'
import { consistencyCheck } from '../../../src/integrations/postgres/checks/consistency.ts'
import { deadTuplesCheck } from '../../../src/integrations/postgres/checks/dead-tuples.ts'
import { droppedIndexCheck } from '../../../src/integrations/postgres/checks/dropped-index.ts'
import { duplicateIndexCheck } from '../../../src/integrations/postgres/checks/duplicate-index.ts'
import { idleInTransactionCheck } from '../../../src/integrations/postgres/checks/idle-in-transaction.ts'
import { invalidIndexCheck } from '../../../src/integrations/postgres/checks/invalid-index.ts'
import { longStatementsCheck } from '../../../src/integrations/postgres/checks/long-statements.ts'
import { missingForeignKeyIndexCheck } from '../../../src/integrations/postgres/checks/missing-foreign-key-index.ts'
import { overlappingIndexCheck } from '../../../src/integrations/postgres/checks/overlapping-index.ts'
import { reachableCheck } from '../../../src/integrations/postgres/checks/reachable.ts'
import { replicationCheck } from '../../../src/integrations/postgres/checks/replication.ts'
import { sequencesCheck } from '../../../src/integrations/postgres/checks/sequences.ts'
import { sequentialScansCheck } from '../../../src/integrations/postgres/checks/sequential-scans.ts'
import { tableSizesCheck } from '../../../src/integrations/postgres/checks/table-sizes.ts'
import { transactionIdAgeCheck } from '../../../src/integrations/postgres/checks/transaction-id-age.ts'
import { unusedIndexCheck } from '../../../src/integrations/postgres/checks/unused-index.ts'
import { vacuumCheck } from '../../../src/integrations/postgres/checks/vacuum.ts'
import { versionCheck } from '../../../src/integrations/postgres/checks/version.ts'
import type { Answer } from '../../../src/integrations/postgres/connection/connection.ts'
import type { RuleAnswer } from '../../../src/integrations/postgres/consistency/look.ts'
import { consistencyRuleSchema } from '../../../src/integrations/postgres/consistency/rule.ts'
import type { Index } from '../../../src/integrations/postgres/indexes/indexes.ts'
import type { Session } from '../../../src/integrations/postgres/sessions/sessions.ts'
import { autovacuumCases } from './autovacuum-cases.ts'
import { bloatCases } from './bloat-cases.ts'
import { nothingSeen } from './case.ts'
import { archiving, hiddenReceiver, hiddenSequence, oneConnection } from './postgres-health-samples.ts'
import { statementsCases } from './statements-cases.ts'

const refused: Answer<never> = { ok: false, refusal: 'refused', detail: 'ECONNREFUSED' }
const denied: Answer<never> = { ok: false, refusal: 'denied', detail: 'permission denied' }
const failed: Answer<never> = {
  ok: false,
  refusal: 'statement',
  detail: 'canceling statement due to statement timeout',
}
const noRows: Answer<never> = {
  ok: true,
  rows: [],
  columns: [],
  serverVersion: 180_000,
  isStandby: false,
  isCounting: true,
  durationMs: 1,
}

const unanswered = { 'no connection': refused, 'no right to read it': denied, 'no answer in time': failed }
const unseen = { ...unanswered, 'no rows': noRows }
const notCounted = { ...noRows, isCounting: false }
const unseenOrStandby = { ...unseen, 'a standby': { ...noRows, isStandby: true } }

const hiddenSession: Session = {
  pid: 1,
  user: 'app',
  application: '',
  isClient: true,
  state: null,
  statement: '<insufficient privilege>',
  statementMs: null,
  stateMs: null,
  waitMs: null,
  isReplay: false,
  isHidden: true,
  blockers: [],
  role: 'vigie',
}
/** Without any session the database is idle, and our own one was seen: that is no empty look. */
const unseenSessions = { ...unanswered, 'sessions of which nothing is shown': { ...noRows, rows: [hiddenSession] } }

const now = Date.parse('2026-11-21T00:00:00Z')
const primary = {
  sight: {
    primary: { ...noRows, rows: [{ system: '7', timeline: 1, oldestXid: 900, nextXid: 900 }] },
    xidsBefore: [],
    promotedAgeMs: undefined,
  },
  replicas: noRows,
  replicasBefore: [],
  namedBefore: [],
  ...{ reads: [], tables: noRows, keys: noRows, usage: undefined, usageWeekAgo: undefined },
}
const tableReads = { schema: 'public', table: 't', rows: 1, live: 1, statisticsAgeMs: 1, indexes: [] }
const youngIndex: Index = {
  ...{ schema: 'public', table: 't', name: 'i', bytes: 8192, scans: 0, uniqueness: '', method: 'btree' },
  ...{ isValid: true, isBuilding: false, isNeeded: false, columns: ['a'], included: '', predicate: '' },
  ...{
    statisticsAgeMs: 40 * 86_400_000,
    rowXids: [899, 899, 700],
    committedAgeMs: null,
    isPartitioned: false,
    parts: [],
  },
}
const under = <Key extends string, More extends object>(key: Key, more: More) =>
  Object.fromEntries(Object.entries(unseen).map(([what, answer]) => [what, { ...more, [key]: answer }])) as Record<
    string,
    More & Record<Key, Answer<never>>
  >

const ruleSample = (answer: RuleAnswer, rule: object) => ({
  rules: [{ component: 'db', name: 'paid', rule: consistencyRuleSchema.parse(rule), answer }],
  isWhole: true,
})
const noRow = { query: 'select id from invoices', expect: 'none' }
const counters = { counter: 'select id, n from users', source: 'select user_id, count(*) from rides group by 1' }
const nothingCountedYet = {
  is: 'counters',
  ...{ counters: 0, sources: 0, nullKeys: 0, doubleKeys: 0, different: 0, missing: 0, keys: [] },
} as const

const prefixed = <T>(prefix: string, cases: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(cases).map(([what, sample]) => [`${prefix}${what}`, sample]))

export const postgresCases = [
  ...statementsCases,
  ...bloatCases,
  ...autovacuumCases,
  ...nothingSeen(reachableCheck, unseen),
  ...nothingSeen(versionCheck, under('answer', { now })),
  ...nothingSeen(connectionsCheck, {
    ...under('groups', { limits: noRows, bouncer: undefined }),
    'no right to read the limits': { groups: { ...noRows, rows: [oneConnection] }, limits: denied, bouncer: undefined },
    'a pooler that does not answer': {
      ...{ groups: { ...noRows, rows: [oneConnection] }, limits: noRows },
      bouncer: { ok: false, refusal: 'refused', detail: 'ECONNREFUSED' },
    },
  }),
  ...nothingSeen(longStatementsCheck, unseenSessions),
  ...nothingSeen(idleInTransactionCheck, unseenSessions),
  ...nothingSeen(blockingCheck, unseenSessions),
  ...nothingSeen(vacuumCheck, { ...unseenOrStandby, 'statistics that are off': notCounted }),
  ...nothingSeen(deadTuplesCheck, { ...unseenOrStandby, 'statistics that are off': notCounted }),
  ...nothingSeen(transactionIdAgeCheck, under('databases', { holders: refused })),
  ...nothingSeen(unusedIndexCheck, {
    ...under('answer', { now, beside: primary }),
    'a standby': { now, answer: { ...noRows, isStandby: true }, beside: undefined },
    'statistics that are off': { now, answer: { ...notCounted, rows: [youngIndex] }, beside: primary },
    'no right to see which server it is': {
      ...{ now, answer: { ...noRows, rows: [youngIndex] } },
      beside: { ...primary, sight: { ...primary.sight, primary: denied } },
    },
    'no right to see the replicas': {
      ...{ now, answer: { ...noRows, rows: [youngIndex] } },
      beside: { ...primary, replicas: denied },
    },
    'no right to see the foreign keys': {
      ...{ now, answer: { ...noRows, rows: [youngIndex] } },
      beside: { ...primary, keys: denied },
    },
    'a replica that gives no answer': {
      ...{ now, answer: { ...noRows, rows: [youngIndex] } },
      beside: { ...primary, reads: [{ replica: 'b:5432', answer: refused, system: undefined }] },
    },
    'only what is too new to be judged': { now, answer: { ...noRows, rows: [youngIndex] }, beside: primary },
  }),
  ...nothingSeen(duplicateIndexCheck, unseenOrStandby),
  ...nothingSeen(overlappingIndexCheck, unseenOrStandby),
  ...nothingSeen(invalidIndexCheck, unseenOrStandby),
  ...nothingSeen(missingForeignKeyIndexCheck, {
    ...under('keys', { tables: { ...noRows, rows: [{ count: 0 }] } }),
    'no right to see the tables': { keys: noRows, tables: denied },
    'a standby': { keys: { ...noRows, isStandby: true }, tables: { ...noRows, rows: [{ count: 1 }] } },
  }),
  ...nothingSeen(droppedIndexCheck, {
    ...under('answer', { now, dropped: [] }),
    'a standby': { now, dropped: [], answer: { ...noRows, isStandby: true } },
    'statistics that are off': { now, dropped: [], answer: notCounted },
    'a list that cannot be read': { now, dropped: undefined, answer: { ...noRows, rows: [tableReads] } },
  }),
  ...nothingSeen(sequentialScansCheck, {
    ...under('answer', { now, before: undefined }),
    'statistics that are off': { now, before: undefined, answer: notCounted },
  }),
  ...nothingSeen(consistencyCheck, {
    'no rule': { rules: [], isWhole: true },
    'no connection': ruleSample({ is: 'unanswered', answer: refused }, noRow),
    'no right to read it': ruleSample({ is: 'unanswered', answer: denied }, noRow),
    'no answer in time': ruleSample({ is: 'unanswered', answer: failed }, noRow),
    'no time left': ruleSample({ is: 'no-time' }, noRow),
    'a value that is not there': ruleSample({ is: 'rows', count: 0, value: null, keys: [] }, { ...noRow, expect: 0 }),
    'no counters': ruleSample(nothingCountedYet, counters),
  }),
  ...nothingSeen(tableSizesCheck, under('answer', { history: [] })),
  ...nothingSeen(sequencesCheck, {
    ...under('answer', { isCut: false }),
    'sequences that the role may not read': { answer: { ...noRows, rows: [hiddenSequence] }, isCut: false },
    'more sequences than a look takes': {
      answer: { ...noRows, rows: [{ ...hiddenSequence, unseen: null }] },
      isCut: true,
    },
  }),
  ...nothingSeen(checksumsCheck, unseen),
  ...nothingSeen(changesCheck, {
    ...unanswered,
    'settings that the role may not see': {
      ...{
        now: { isComplete: false, items: { 'role:a': '' } },
        pending: [],
        role: 'vigie',
        isCut: false,
        base: undefined,
      },
    },
    'no settings': { now: { isComplete: true, items: {} }, pending: [], role: '', isCut: false, base: undefined },
  }),
  ...nothingSeen(replicationCheck, {
    ...under('receivers', { slots: noRows, following: noRows, seenBefore: {} }),
    ...prefixed('slots: ', under('slots', { receivers: noRows, following: noRows, seenBefore: {} })),
    ...prefixed('standby: ', under('following', { receivers: noRows, slots: noRows, seenBefore: {} })),
    'a receiver of which nothing is shown': {
      ...{
        receivers: { ...noRows, rows: [hiddenReceiver] },
        slots: noRows,
        following: noRows,
        seenBefore: { r1: 1000 },
      },
    },
  }),
  ...nothingSeen(archiverCheck, {
    ...under('archiver', { waiting: noRows }),
    ...prefixed('waiting: ', under('waiting', { archiver: { ...noRows, rows: [archiving] } })),
  }),
]
