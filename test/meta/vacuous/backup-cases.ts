import { freshCheck } from '../../../src/backups/checks/fresh.ts'
import { provedCheck } from '../../../src/backups/checks/proved.ts'
import { sizeCheck } from '../../../src/backups/checks/size.ts'
import { backupsKind } from '../../../src/catalog/backups.ts'
import type { BackupRecord } from '../../../src/core/backup-record.ts'
import { nothingSeen } from './case.ts'

const now = new Date('2026-11-21T12:00:00Z')
const about = { entry: 'nightly', what: ['db'], limitMs: 1000, now, drills: [], records: [] }
const at = (startedAt: Date, more: Partial<BackupRecord> = {}): BackupRecord => ({
  ...{ id: 'one', entry: 'nightly', run: 'r', place: '/srv', startedAt, finishedAt: startedAt, status: 'succeeded' },
  parts: [{ component: 'db', name: 'database', status: 'succeeded', bytes: 1, storedBytes: 1, counts: {} }],
  ...{ manifestSha256: 'ab', base: undefined, provedAt: startedAt, removedAt: undefined },
  ...more,
})
const nothing = {
  'no backup at all': about,
  'backups that are gone': { ...about, records: [at(now, { removedAt: now })] },
  'one that is being made': { ...about, records: [at(now, { status: 'running', parts: [] })] },
  'one of another component': { ...about, records: [at(now, { parts: [] })] },
  'one from the future': { ...about, records: [at(new Date('2033-01-01T00:00:00Z'))] },
}

const [verifyCheck] = backupsKind.checks

export const backupCases = [
  ...nothingSeen(verifyCheck, { 'no backup at all': { entry: 'nightly', inspected: [], gone: [] } }),
  ...nothingSeen(freshCheck, nothing),
  ...nothingSeen(provedCheck, nothing),
  ...nothingSeen(sizeCheck, { ...nothing, 'the first one': { ...about, records: [at(now)] } }),
]
