import type { z } from 'zod'
import type { BackupRecord, DrillRecord } from '../../core/backup-record.ts'
import type { Text } from '../../core/message.ts'
import type { backupShape, drillShape } from '../json-shapes/backups.ts'

export function backupJson(record: BackupRecord, render: (text: Text) => string): z.infer<typeof backupShape> {
  return {
    id: record.id,
    entry: record.entry,
    run: record.run,
    place: record.place,
    startedAt: record.startedAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    status: record.status,
    parts: record.parts.map(({ component, name, status, bytes, storedBytes, notes = [], failure }) => ({
      ...{ component, name, status, bytes, storedBytes },
      notes: notes.map((text) => ({ code: text.code, message: render(text) })),
      failure: failure === undefined ? null : render(failure),
    })),
    base: record.base ?? null,
    provedAt: record.provedAt?.toISOString() ?? null,
    removedAt: record.removedAt?.toISOString() ?? null,
  }
}

export function drillJson(drill: DrillRecord, render: (text: Text) => string): z.infer<typeof drillShape> {
  return {
    backup: drill.backup,
    status: drill.status,
    startedAt: drill.startedAt.toISOString(),
    finishedAt: drill.finishedAt.toISOString(),
    rtoMs: drill.rtoMs,
    rpoMs: drill.rpoMs,
    assertions: drill.assertions.map(({ name, status, expected, actual }) => ({ name, status, expected, actual })),
    failure: drill.failure === undefined ? null : { code: drill.failure.code, message: render(drill.failure.text) },
  }
}
