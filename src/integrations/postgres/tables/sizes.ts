/**
 * Bytes of the relation `alias` of pg_class without its indexes and its TOAST table, as SQL. What somebody holds or
 * awaits exclusively is measured by its last known page count: to ask for its size would be to wait in the queue for its
 * lock, with everybody else behind.
 */
export function relationBytes(alias: string): string {
  // Not correlated: the server reads its locks once, not for each relation.
  return `(case when ${alias}.oid in (
      select l.relation from pg_locks l where l.relation is not null and l.mode = 'AccessExclusiveLock'
        and l.database = (select oid from pg_database where datname = current_database())
    ) then greatest(${alias}.relpages, 0)::float8 * current_setting('block_size')::float8
    else coalesce(pg_relation_size(${alias}.oid), 0)::float8 end)`
}
