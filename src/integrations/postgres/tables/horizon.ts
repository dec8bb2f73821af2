import { message, type Text } from '../../../core/message.ts'

export const holderWords = {
  en: {
    session: 'the session with pid',
    replica: 'the replica',
    prepared: 'the prepared transaction',
    slot: 'the replication slot',
    'slot-in-use': 'the replication slot in use',
  },
  fr: {
    session: 'la session de pid',
    replica: 'le réplica',
    prepared: 'la transaction préparée',
    slot: 'le slot de réplication',
    'slot-in-use': 'le slot de réplication en service',
  },
} as const

/** Who keeps old rows alive: none that it may still read can be removed or frozen. */
export type Holder = {
  readonly type: keyof typeof holderWords.en
  readonly name: string
  /** Transactions since the oldest that it may see. */
  readonly xids: number
  /** Since its transaction began; null where the server does not tell. */
  readonly ageMs: number | null
}

/**
 * What may hold the horizon, the oldest first: a session, a replica that tells of its own, a prepared transaction, a
 * replication slot. Sessions of a standby hold that of its primary only when it tells it of them.
 */
export const holdersSql = `
  select * from (
    select case when backend_type = 'walsender' then 'replica' else 'session' end as type,
           case when backend_type = 'walsender' then coalesce(nullif(application_name, ''), pid::text) else pid::text end as name,
           greatest(age(backend_xmin), age(backend_xid))::float8 as xids,
           (extract(epoch from now() - xact_start) * 1000)::float8 as "ageMs"
      from pg_stat_activity where (backend_xmin is not null or backend_xid is not null) and pid <> pg_backend_pid()
        and (not pg_is_in_recovery() or current_setting('hot_standby_feedback')::bool)
    union all select 'prepared', gid, age(transaction)::float8, (extract(epoch from now() - prepared) * 1000)::float8 from pg_prepared_xacts
    union all select case when active then 'slot-in-use' else 'slot' end, slot_name::text, greatest(age(xmin), age(catalog_xmin))::float8, null from pg_replication_slots
  ) holders where xids is not null order by xids desc limit 1`

const statementOf = message<{ statement: string }>('postgres.xid-remedy', {
  en: (p) => p.statement,
  fr: (p) => p.statement,
})
const dropSlot = message<{ statement: string }>('postgres.xid-drop-slot', {
  en: (p) => `${p.statement}   -- only when no replica needs it any more: one that does would have to be built again`,
  fr: (p) => `${p.statement}   -- seulement si plus aucun réplica n'en a besoin : il faudrait sinon le reconstruire`,
})
const askReplica = message('postgres.xid-ask-replica', {
  en: () =>
    'End there what has been open for long, or see why it is behind: SELECT r.application_name, r.state, r.replay_lsn, r.backend_xmin, s.slot_name, s.xmin, s.catalog_xmin FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid;',
  fr: () =>
    'Terminez là-bas ce qui est ouvert depuis longtemps, ou voyez pourquoi il est en retard : SELECT r.application_name, r.state, r.replay_lsn, r.backend_xmin, s.slot_name, s.xmin, s.catalog_xmin FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid;',
})
export const horizonTexts = [statementOf, dropSlot, askReplica]

/** What lets go of the horizon. */
export function endHolder(holder: Holder): Text {
  const name = holder.name.replaceAll("'", "''")
  switch (holder.type) {
    case 'session':
      return statementOf({ statement: `SELECT pg_terminate_backend(${name});` })
    case 'prepared':
      return statementOf({ statement: `ROLLBACK PREPARED '${name}';` })
    case 'slot':
      return dropSlot({ statement: `SELECT pg_drop_replication_slot('${name}');` })
    case 'replica':
    case 'slot-in-use':
      return askReplica({})
  }
}
