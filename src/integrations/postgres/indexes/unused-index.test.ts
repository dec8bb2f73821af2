import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unusedIndexCheck } from '../checks/unused-index.ts'
import type { Index } from './indexes.ts'

const dayMs = 86_400_000
const now = Date.parse('2026-11-21T00:00:00Z')
const options = unusedIndexCheck.options.parse({})
const seen = {
  ok: true,
  columns: [],
  serverVersion: 180_000,
  isStandby: false,
  isCounting: true,
  durationMs: 1,
} as const

const anIndex = (name: string, more: Partial<Index> = {}): Index => ({
  ...{ schema: 'public', table: 'clients', name, bytes: 8192, scans: 0, uniqueness: '', method: 'btree' },
  ...{ isValid: true, isBuilding: false, isNeeded: false, columns: [name], included: '', predicate: '' },
  ...{ statisticsAgeMs: 200 * dayMs, rowXids: [100, 100, 50], committedAgeMs: null, isPartitioned: false, parts: [] },
  ...more,
})
const used = anIndex('used', { scans: 5 })
const old = anIndex('old')
const young = anIndex('young', { rowXids: [800, 800, 50] })

function judge(rows: readonly Index[], more: { timeline?: number; firstLookDays?: number; named?: string[] } = {}) {
  const { timeline = 1, firstLookDays = 40, named = [] } = more
  const beside = {
    sight: {
      primary: { ...seen, rows: [{ system: '7', timeline, oldestXid: 900, nextXid: 900 }] },
      xidsBefore: [{ at: new Date(now - firstLookDays * dayMs), value: 500 }],
      promotedAgeMs: undefined,
    },
    ...{ replicas: { ...seen, rows: [] }, replicasBefore: [], namedBefore: named },
    ...{
      reads: [],
      tables: { ...seen, rows: [] },
      keys: { ...seen, rows: [] },
      usage: undefined,
      usageWeekAgo: undefined,
    },
  }
  const verdict = unusedIndexCheck.judge({ now, answer: { ...seen, rows }, beside }, options)
  const {
    findings = [],
    covers,
    saw,
    measurements = {},
    reason,
  } = { saw: 0, covers: undefined, ...verdict } as {
    findings?: readonly { subject: string; title: { params: object } }[]
    covers: readonly string[] | undefined
    saw: number
    measurements?: Readonly<Record<string, number>>
    reason?: { code: string; params: object }
  }
  return { status: verdict.status, findings, covers, saw, measurements, reason }
}

describe('an index without a scan', () => {
  it('is named when the statistics and the index are both known for long enough, with the shorter of both times', () => {
    const { status, findings } = judge([used, old])
    assert.equal(status, 'warn')
    assert.deepEqual(
      findings.map(({ subject, title }) => [subject, 'ageMs' in title.params && title.params.ageMs]),
      [['public.old', 40 * dayMs]],
    )
  })

  it('is not judged while it is not known for long enough, and that is said', () => {
    const { status, findings, saw, reason } = judge([used, young])
    assert.deepEqual([status, findings.length, saw, reason?.code], ['pass', 0, 1, 'postgres.indexes-young'])
    const both = judge([used, old, young])
    assert.deepEqual(
      [both.status, both.findings.length, both.saw, both.reason?.code],
      ['warn', 1, 2, 'postgres.indexes-young'],
    )
    assert.equal(both.measurements['young_indexes'], 1)
  })

  it('that nothing proves to be old enough leaves the question open when there is no other', () => {
    const { status, reason } = judge([young])
    assert.deepEqual([status, reason?.code], ['error', 'postgres.indexes-young'])
  })

  it('is not judged by what a standby counted before its promotion', () => {
    const { status, reason, measurements } = judge([used, old], { timeline: 2, firstLookDays: 3 })
    assert.deepEqual([status, reason?.code], ['error', 'postgres.promoted-lately'])
    assert.deepEqual(measurements, { replicas: 0, 'oldest_xid:7:2': 900 })
    assert.equal(judge([used, old], { timeline: 2 }).status, 'warn')
  })

  it('leaves its finding open when its rows were written again, and lets those of indexes that are gone close', () => {
    assert.deepEqual(judge([used, old, young], { named: ['public.young'] }).covers, ['public.used', 'public.old'])
    assert.equal(judge([used, old, young], { named: ['public.old'] }).covers, undefined)
    assert.equal(judge([used, old], { named: ['public.old', 'public.young'] }).covers, undefined)
  })

  it('has its size kept while it is named, so that a later look knows that it was', () => {
    assert.equal(judge([used, old, young]).measurements['unused_bytes:public.old'], 8192)
    assert.equal(judge([used, old, young]).measurements['unused_bytes:public.young'], undefined)
  })
})
