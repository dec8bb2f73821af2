/** What the five guides have somebody type, where PostgreSQL still knows the columns; else as it is asked today. */
export const guideQueries = [
  `select schemaname, relname, last_vacuum, last_autovacuum, last_analyze from pg_stat_user_tables`,
  `select schemaname, relname, n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup from pg_stat_user_tables order by n_dead_tup desc`,
  `select schemaname, relname, pg_size_pretty(pg_total_relation_size(relid)) from pg_stat_user_tables order by pg_total_relation_size(relid) desc`,
  `select relname, n_live_tup from pg_stat_user_tables order by n_live_tup desc`,
  `select * from pg_stat_user_indexes where idx_scan = 0`,
  `select query, calls, total_exec_time, mean_exec_time, rows from pg_stat_statements order by mean_exec_time desc limit 10`,
  `select pid, state, query_start, query from pg_stat_activity where state = 'active' order by query_start`,
  `select count(*) from pg_stat_activity`,
  `select pg_size_pretty(pg_database_size(current_database()))`,
] as const
