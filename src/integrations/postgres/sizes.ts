/**
 * Bytes of the relation `alias` of pg_class without its indexes and its TOAST table, as SQL. What somebody holds or
 * awaits exclusively is measured by its last known page count: to ask for its size would be to wait in the queue for its
 * lock, with everybody else behind.
 */
export function relationBytes(alias: string): string {
  return `(case when exists (
      select 1 from pg_locks l where l.relation = ${alias}.oid and l.mode = 'AccessExclusiveLock'
        and l.database = (select oid from pg_database where datname = current_database())
    ) then greatest(${alias}.relpages, 0)::float8 * current_setting('block_size')::float8
    else coalesce(pg_relation_size(${alias}.oid), 0)::float8 end)`
}
