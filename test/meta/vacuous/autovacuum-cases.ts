import { autovacuumCheck, type Sample } from '../../../src/integrations/postgres/checks/autovacuum.ts'
import { nothingSeen } from './case.ts'

const answered = {
  ok: true,
  columns: [],
  serverVersion: 180_000,
  isStandby: false,
  isCounting: true,
  durationMs: 1,
} as const
const facts = {
  ...{ isOn: true, workers: 0, maxWorkers: 3, busyWith: [], delayMs: 2, costLimit: 200, seesAll: true },
  role: 'vigie',
}
const none = {
  ...{
    total: 0,
    dueTotal: 0,
    schema: null,
    table: '',
    isToast: false,
    isAutomatic: true,
    vacuum: 0,
    vacuumAt: 0,
    insert: 0,
  },
  ...{
    insertAt: null,
    analyze: 0,
    analyzeAt: 0,
    freeze: 0,
    freezeAt: 0,
    vacuumAgeMs: null,
    analyzeAgeMs: null,
    doneRatio: null,
  },
}
const look = (due: Sample['due'], server: Sample['server'] = { ...answered, rows: [facts] }): Sample => ({
  ...{ now: 0, due, server, holder: undefined, before: undefined },
})

export const autovacuumCases = nothingSeen(autovacuumCheck, {
  'no connection': look({ ok: false, refusal: 'refused', detail: 'ECONNREFUSED' }),
  'no answer in time': look({
    ok: false,
    refusal: 'statement',
    detail: 'canceling statement due to statement timeout',
  }),
  'no right to see the settings': look(
    { ...answered, rows: [none] },
    { ok: false, refusal: 'denied', detail: 'permission denied' },
  ),
  'no rows': look({ ...answered, rows: [] }),
  'no tables': look({ ...answered, rows: [none] }),
  'a standby': look({ ...answered, isStandby: true, rows: [none] }),
  'statistics that are off': look({ ...answered, isCounting: false, rows: [{ ...none, total: 4 }] }),
})
