import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { System } from '../config/system.ts'
import type { Criticality, RunStatus, StepStatus } from '../core/words.ts'
import type { StepRow } from '../store/step-row.ts'
import { routineNews } from './routine-news.ts'

const steps = new Map([
  ['api/status', { type: 'check', watch: { everyMs: 1, alertsBy: 'status' } }],
  ['machine/cpu', { type: 'check', watch: { everyMs: 1, alertsBy: 'rules' } }],
  ['backup/run', { type: 'check', watch: undefined }],
  ['docs/clean', { type: 'task' }],
])
const system = { steps } as unknown as System
const row = (id: string, status: StepStatus, criticality: Criticality = 'important'): StepRow =>
  ({ id, status, criticality }) as StepRow

describe('what a run of a routine says', () => {
  const cases: readonly (readonly [RunStatus, readonly StepRow[], ReturnType<typeof routineNews>])[] = [
    ['succeeded', [row('backup/run', 'pass')], { what: 'well' }],
    ['failed', [row('backup/run', 'fail'), row('docs/clean', 'error')], { what: 'failed', steps: ['backup/run'] }],
    ['failed', [row('docs/clean', 'fail')], { what: 'failed', steps: ['docs/clean'] }],
    ['failed', [row('machine/cpu', 'fail')], { what: 'failed', steps: ['machine/cpu'] }],
    ['failed', [row('api/status', 'fail'), row('backup/run', 'pass')], { what: 'well' }],
    ['failed', [row('api/status', 'fail'), row('backup/run', 'error')], { what: 'unsure', steps: ['backup/run'] }],
    ['partial', [row('backup/run', 'error')], { what: 'unsure', steps: ['backup/run'] }],
    ['partial', [row('backup/run', 'error', 'informative')], { what: 'nothing' }],
    ['partial', [row('backup/run', 'skipped')], { what: 'nothing' }],
    ['waiting_approval', [row('docs/clean', 'waiting_approval')], { what: 'well' }],
    ['canceled', [row('backup/run', 'error')], { what: 'nothing' }],
    ['interrupted', [row('backup/run', 'pass')], { what: 'nothing' }],
    ['canceled', [row('backup/run', 'fail')], { what: 'failed', steps: ['backup/run'] }],
  ]
  for (const [status, rows, expected] of cases) {
    const shown = rows.map((one) => `${one.id} ${one.status} (${one.criticality})`).join(', ')
    it(`is ${JSON.stringify(expected)} of a ${status} one with ${shown}`, () => {
      assert.deepEqual(routineNews(system, status, rows), expected)
    })
  }
})
