/**
 * When the counting of scans and rows began, as SQL. A crash empties the statistics of the databases, and from 15 on
 * without a word there: those of the whole server, which it begins anew with the time, tell. Somebody may have reset one
 * of the two by hand; the older one is still right.
 */
export const statisticsSince = `greatest(
  (select stats_reset from pg_stat_database where datname = current_database()),
  least((select stats_reset from pg_stat_bgwriter), (select stats_reset from pg_stat_archiver)))`
