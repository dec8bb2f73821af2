/** The first column of what a rule's query gives, as text; a query without a column is refused by the server. */
export const columnsSql = (query: string): string => `select * from (\n${bare(query)}\n) as rule limit $1`

/**
 * How many rows there are, the first value in full, and the first keys in their own order. One statement with a value:
 * the server takes no second one that would end the read-only transaction.
 */
export const rowsSql = (query: string): string => `
  with found as materialized (select rule.key::text as key from (\n${bare(query)}\n) as rule(key))
  select count(*)::text as count, min(key) as value,
         (select json_agg(key) from (select key from found order by key collate "C" limit $1) as shown) as keys
  from found`

/**
 * Both sides in one statement, so in one snapshot: what is written meanwhile makes no difference. Numbers are compared
 * as numeric, exactly. A key without a source counts 0, and so does a source without a number.
 */
export const countersSql = (counter: string, source: string): string => `
  with counter as materialized (select c.key::text as key, c.value::text::numeric as value from (\n${bare(counter)}\n) as c(key, value)),
       source as materialized (select s.key::text as key, s.value::text::numeric as value from (\n${bare(source)}\n) as s(key, value)),
       pair as (
         select coalesce(c.key, s.key) as key, c.key is null as "isMissing", c.value as kept, coalesce(s.value, 0) as real
         from (select key, value from counter where key is not null) as c
         full join (select key, value from source where key is not null) as s on c.key = s.key),
       wrong as materialized (
         select key, "isMissing" from pair
         where case when "isMissing" then real <> 0 else kept is distinct from real end)
  select (select count(*) from counter)::text as counters, (select count(*) from source)::text as sources,
         ((select count(*) from counter where key is null) + (select count(*) from source where key is null))::text as "nullKeys",
         ((select count(key) - count(distinct key) from counter)
           + (select count(key) - count(distinct key) from source))::text as "doubleKeys",
         count(*) filter (where not "isMissing")::text as different, count(*) filter (where "isMissing")::text as missing,
         (select json_agg(key) from (select key from wrong order by key collate "C" limit $1) as shown) as keys
  from wrong`

function bare(query: string): string {
  return query.replace(/[\s;]+$/, '')
}
