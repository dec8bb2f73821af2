import type { Kysely, Selectable } from 'kysely'
import type { BackupRecord, DrillRecord } from '../../core/backup-record.ts'
import type { BackupStore } from '../backup-store.ts'
import {
  date,
  dateOr,
  iso,
  isoOrNull,
  json,
  jsonOrNull,
  orNull,
  orUndefined,
  parsed,
  parsedOr,
  plain,
} from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { AuditedWrite } from './audit.ts'

export function backupRecords(db: Kysely<Tables>, write: AuditedWrite): BackupStore {
  return {
    keep: (system, record, at) =>
      write(async (tx, append) => {
        const values = backupValues(system, record)
        const { system: _, id: _id, ...changed } = values
        await tx
          .insertInto('backups')
          .values(values)
          .onConflict((conflict) => conflict.columns(['system', 'id']).doUpdateSet(changed))
          .execute()
        const event = record.removedAt === undefined ? `backup.${record.status}` : 'backup.removed'
        const { id, entry, run, place, manifestSha256 = '' } = record
        const subject = { system, backup: id, entry, run, place, manifest: manifestSha256 }
        await append({ at, actor: 'vigie', event, subject })
      }),
    list: async (system, entry, only) => {
      let query = db.selectFrom('backups').selectAll().where('system', '=', system)
      if (entry !== undefined) query = query.where('entry', '=', entry)
      if (only === 'there') query = query.where('removed_at', 'is', null)
      return (await query.orderBy('started_at', 'desc').orderBy('id', 'desc').execute()).map(backupOf)
    },
    keepDrill: (system, record) =>
      write(async (tx, append) => {
        await tx.insertInto('drills').values(drillValues(system, record)).execute()
        const { id, entry, run, backup, status, rtoMs, rpoMs, assertions, failure } = record
        const result = { rtoMs, rpoMs, assertions: json(assertions), failure: failure?.code ?? '' }
        const subject = { system, drill: id, entry, run, backup, ...result }
        await append({ at: record.finishedAt, actor: 'vigie', event: `drill.${status}`, subject })
        if (status !== 'passed') return
        const one = await tx
          .selectFrom('backups')
          .select(['base', 'parts'])
          .where('system', '=', system)
          .where('id', '=', backup)
          .executeTakeFirst()
        // A difference that came back whole has shown that the full one does too, if all of it rests on that one.
        const isOfBase =
          one !== undefined && parsed<BackupRecord['parts']>(one.parts).every((part) => part.base === undefined)
        const proved = [backup, ...(isOfBase && one.base !== null ? [one.base] : [])]
        await tx
          .updateTable('backups')
          .set({ proved_at: iso(record.finishedAt) })
          .where('system', '=', system)
          .where('id', 'in', proved)
          .execute()
      }),
    drills: async (system, entry, since) => {
      let query = db.selectFrom('drills').selectAll().where('system', '=', system)
      if (entry !== undefined) query = query.where('entry', '=', entry)
      if (since !== undefined) query = query.where('started_at', '>=', iso(since))
      return (await query.orderBy('started_at', 'desc').orderBy('id', 'desc').execute()).map(drillOf)
    },
  }
}

function backupValues(system: string, record: BackupRecord): Tables['backups'] {
  return {
    system,
    id: record.id,
    entry: record.entry,
    run: record.run,
    place: plain(record.place),
    started_at: iso(record.startedAt),
    finished_at: isoOrNull(record.finishedAt),
    status: record.status,
    parts: json(record.parts),
    manifest_sha256: orNull(record.manifestSha256),
    base: orNull(record.base),
    proved_at: isoOrNull(record.provedAt),
    removed_at: isoOrNull(record.removedAt),
  }
}

function backupOf(row: Selectable<Tables['backups']>): BackupRecord {
  return {
    id: row.id,
    entry: row.entry,
    run: row.run,
    place: row.place,
    startedAt: date(row.started_at),
    finishedAt: dateOr(row.finished_at),
    status: row.status,
    parts: parsed(row.parts),
    manifestSha256: orUndefined(row.manifest_sha256),
    base: orUndefined(row.base),
    provedAt: dateOr(row.proved_at),
    removedAt: dateOr(row.removed_at),
  }
}

function drillValues(system: string, record: DrillRecord): Tables['drills'] {
  return {
    system,
    id: record.id,
    entry: record.entry,
    run: record.run,
    backup: record.backup,
    started_at: iso(record.startedAt),
    finished_at: iso(record.finishedAt),
    status: record.status,
    rto_ms: record.rtoMs,
    rpo_ms: record.rpoMs,
    assertions: json(record.assertions),
    failure: jsonOrNull(record.failure),
  }
}

function drillOf(row: Selectable<Tables['drills']>): DrillRecord {
  return {
    id: row.id,
    entry: row.entry,
    run: row.run,
    backup: row.backup,
    startedAt: date(row.started_at),
    finishedAt: date(row.finished_at),
    status: row.status,
    rtoMs: row.rto_ms,
    rpoMs: row.rpo_ms,
    assertions: parsed(row.assertions),
    failure: parsedOr(row.failure),
  }
}
