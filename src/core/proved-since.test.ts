import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BackupFailure } from './backup.ts'
import type { BackupRecord, DrillRecord } from './backup-record.ts'
import { proofOf } from './proved-since.ts'

const dayMs = 86_400_000
const now = new Date('2026-11-21T12:00:00Z')
const daysAgo = (days: number): Date => new Date(now.getTime() - days * dayMs)

const backup = (id: string, days: number, more: Partial<BackupRecord> = {}): BackupRecord => ({
  ...{ id, entry: 'nightly', run: 'r', place: '/srv/backups', startedAt: daysAgo(days), finishedAt: daysAgo(days) },
  status: 'succeeded',
  parts: [{ component: 'db', name: 'database', status: 'succeeded', bytes: 1, storedBytes: 1, counts: {} }],
  ...{ manifestSha256: 'ab', base: undefined, provedAt: undefined, removedAt: undefined },
  ...more,
})
const drill = (of: string, days: number, code?: BackupFailure): DrillRecord => ({
  ...{
    id: `${of}-${days}`,
    entry: 'nightly',
    run: 'r',
    backup: of,
    startedAt: daysAgo(days),
    finishedAt: daysAgo(days),
  },
  ...{ status: code === undefined ? 'passed' : 'failed', rtoMs: 1, rpoMs: 1, assertions: [] },
  failure: code === undefined ? undefined : { code, text: { code: 'test.failed', params: {} } },
})

const cases: readonly [string, readonly BackupRecord[], readonly DrillRecord[], string][] = [
  ['no backup', [], [], 'none'],
  ['only one of another component', [backup('a', 1, { parts: [] })], [], 'none'],
  ['a removed one', [backup('a', 1, { provedAt: daysAgo(1), removedAt: daysAgo(0.5) })], [], 'none'],
  ['one that runs', [backup('a', 0.1, { status: 'running' })], [], 'none'],
  ['one dated ahead', [backup('a', -30, { provedAt: daysAgo(1) })], [], 'none'],
  ['a difference without its full one', [backup('b', 1, { base: 'a', provedAt: daysAgo(1) })], [], 'none'],
  ['a proved one that is too old', [backup('a', 8, { provedAt: daysAgo(1) })], [], 'old a'],
  ['a fresh one that was never drilled', [backup('a', 1)], [], 'undrilled a'],
  [
    'a fresh one beside a proved one that is too old',
    [backup('b', 1), backup('a', 9, { provedAt: daysAgo(8) })],
    [],
    'old-proof a',
  ],
  ['a fresh proved one', [backup('a', 6, { provedAt: daysAgo(1) })], [], 'proved a'],
  ['a fresh proved one under newer ones', [backup('b', 1), backup('a', 6, { provedAt: daysAgo(5) })], [], 'proved a'],
  [
    'a proved one on which a later drill found a wrong byte',
    [backup('a', 6, { provedAt: daysAgo(5) })],
    [drill('a', 1, 'checksum'), drill('a', 5)],
    'refuted a',
  ],
  [
    'a proved full one, when a later drill of a difference to it failed',
    [backup('b', 2, { base: 'a' }), backup('a', 6, { provedAt: daysAgo(5) })],
    [drill('b', 1, 'truncated'), drill('a', 5)],
    'refuted a',
  ],
  [
    'a proved one, when a later drill had no space',
    [backup('a', 6, { provedAt: daysAgo(5) })],
    [drill('a', 1, 'no-space'), drill('a', 5)],
    'proved a',
  ],
  [
    'a proved one whose drill failed before it passed',
    [backup('a', 6, { provedAt: daysAgo(4) })],
    [drill('a', 4), drill('a', 5, 'assertion')],
    'proved a',
  ],
]

describe('a proved backup', () => {
  for (const [title, records, drills, expected] of cases)
    it(`${title}: ${expected}`, () => {
      const proof = proofOf(records, drills, 'db', 7 * dayMs, now)
      const word = proof.isProved ? 'proved' : proof.because
      assert.equal([word, proof.backup?.id].filter(Boolean).join(' '), expected)
    })
})
