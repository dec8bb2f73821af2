import type { Kysely } from 'kysely'
import { date, orUndefined, parsed } from '../codec.ts'
import type { FindingDecision, FindingRow, FindingStore } from '../finding-store.ts'
import type { Tables } from '../schema.ts'
import type { AuditedWrite } from './audit.ts'
import { findingOf } from './finding-values.ts'
import { changeFinding } from './settle-findings.ts'

export function findingRecords(db: Kysely<Tables>, write: AuditedWrite): FindingStore {
  return {
    list: async ({ system, component, states }) => {
      let query = db.selectFrom('findings').selectAll().orderBy('first_seen_at').orderBy('fingerprint')
      if (system !== undefined) query = query.where('system', '=', system)
      if (component !== undefined) query = query.where('component', '=', component)
      if (states?.length === 0) return []
      if (states !== undefined) query = query.where('state', 'in', [...states])
      return (await query.execute()).map(findingOf)
    },
    find: async (prefix) => {
      if (!/^[0-9a-f]+$/.test(prefix)) return []
      const query = db.selectFrom('findings').selectAll().where('fingerprint', 'like', `${prefix}%`)
      return (await query.orderBy('fingerprint').execute()).map(findingOf)
    },
    decide: (decision) => decide(write, decision),
    events: async (system, fingerprint) => {
      const query = db
        .selectFrom('finding_events')
        .selectAll()
        .where('system', '=', system)
        .where('fingerprint', '=', fingerprint)
      return (await query.orderBy('id').execute()).map((row) => ({
        system: row.system,
        fingerprint: row.fingerprint,
        at: date(row.at),
        event: row.event,
        runId: orUndefined(row.run_id),
        actor: orUndefined(row.actor),
        detail: parsed(row.detail),
      }))
    },
  }
}

/** The change, its event and its entry in the audit, with what the finding came to be. */
function decide(write: AuditedWrite, { change, runId, ...decision }: FindingDecision): Promise<FindingRow | undefined> {
  const { system, fingerprint, at, actor, event, detail } = decision
  return write(async (tx, append) => {
    const query = tx.selectFrom('findings').selectAll().where('system', '=', system)
    const present = await query.where('fingerprint', '=', fingerprint).executeTakeFirst()
    if (present === undefined) return undefined
    let next = findingOf(present)
    const mark = await changeFinding(tx, present, (row) => {
      const changes = change(row)
      if (changes === undefined) return undefined
      next = { ...row, ...changes }
      return { rows: [next], events: [{ ...decision, runId }] }
    })
    if (mark === undefined) return next
    const [, revision, digest] = mark
    const subject = { system, fingerprint, ...(runId !== undefined && { run: runId }), ...detail, revision, digest }
    await append({ at, actor, event: `finding.${event}`, subject })
    return next
  })
}
