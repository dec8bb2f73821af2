import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'

/** A server that replays this one's changes: connected, or expected back by the slot that is kept for it. */
export type Replica = {
  /** Its slot, its application_name, its address, or the pid of its sender: the first that the role is shown. */
  readonly name: string
}

// What cannot be told from a replica counts as one; what is surely none does not: a copy being made, a keeper of WAL, a
// subscriber, whose indexes are its own.
const sql = `
  select coalesce(s.slot_name::text, nullif(r.application_name, ''), host(r.client_addr), r.pid::text) as name
  from pg_stat_replication r
  full join (select * from pg_replication_slots where slot_type = 'physical' and not temporary) s on s.active_pid = r.pid
  where r.pid is null or (
    coalesce(r.state, '') <> 'backup' and coalesce(r.application_name, '') not in ('pg_basebackup', 'pg_receivewal')
    and not exists (select 1 from pg_replication_slots l where l.active_pid = r.pid and l.slot_type = 'logical'))
  order by 1`

/** The replicas that this server knows of. One that reads the WAL from an archive alone is not among them. */
export async function replicas(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Replica>> {
  return await ask<Replica>(component, { sql }, ctx)
}
