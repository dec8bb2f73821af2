import assert from 'node:assert/strict'
import type pg from 'pg'
import { until } from './postgres-checks.ts'

export const hostileIndex = '"; drop table customers; --'
const hostile = `"${hostileIndex.replaceAll('"', '""')}"`

/** What is to be named, and nothing else. */
export const seededAdvice: Readonly<Record<string, readonly string[]>> = {
  unused: [`public.${hostileIndex}`, 'public.MixedCase', 'public.customers_phone_idx', 'public.events_at_idx'],
  duplicate: ['public.customers_email_again_idx', 'public.customers_since_again_idx', 'public.orders_placed_again_idx'],
  overlapping: ['public.customers_city_idx', 'public.orders_placed_idx'],
  invalid: ['public.customers_code_idx'],
  'missing-foreign-key': [
    'public.events_customer_id_idx',
    'public.order_items_order_id_order_line_idx',
    'public.orders_customer_id_idx',
  ],
}

const rows = 25_000
const filler = `repeat('x', 400)`

// Beside those to be named: what backs a constraint or a replica, what serves a foreign key alone (in another order of
// columns, or for those that are not null), a small table, and an index that only a job at month end reads.
const schema = `
  create table customers (id int primary key, email text not null unique, phone text, city text, code text not null,
    since date not null, span int4range, exclude using gist (span with &&));
  create table orders (id int, line int, customer_id int references customers, shop text, placed date not null,
    total numeric, filler text, primary key (id, line));
  create table order_items (item int primary key, order_line int, order_id int, filler text,
    foreign key (order_id, order_line) references orders (id, line));
  create table payments (id int primary key, order_line int, order_id int, customer_id int references customers,
    filler text, foreign key (order_id, order_line) references orders (id, line));
  create table events (id int, at date not null, customer_id int references customers, filler text, primary key (id, at))
    partition by range (at);
  create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
  create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01');
  create table tags (customer_id int references customers);
  create table mirrored (code text not null);
  insert into customers select n, 'c' || n || '@example.test', 'p' || n, 'city' || n % 500, 'same', '2020-01-01'::date + n
    from generate_series(1, 5000) n;
  insert into orders select n, 1, n % 5000 + 1, 'shop' || n % 90, '2026-01-01'::date + n % 700, n, ${filler}
    from generate_series(1, ${rows}) n;
  insert into order_items select n, 1, n, ${filler} from generate_series(1, ${rows}) n;
  insert into payments select n, 1, n, n % 5000 + 1, ${filler} from generate_series(1, ${rows}) n;
  insert into events select n, '2026-01-01'::date + n % 700, n % 5000 + 1, ${filler} from generate_series(1, ${rows}) n;
  create unique index mirrored_code_idx on mirrored (code);
  alter table mirrored replica identity using index mirrored_code_idx;
  create index payments_order_idx on payments (order_line, order_id, id);
  create index payments_customer_idx on payments (customer_id) where customer_id is not null;
  create index orders_total_idx on orders (total);
  create index customers_phone_idx on customers (phone);
  create index "MixedCase" on customers (lower(phone));
  create index ${hostile} on customers (upper(code));
  create index events_at_idx on events (at);
  create index customers_city_phone_idx on customers (city, phone);
  create index customers_city_idx on customers (city);
  create index orders_placed_shop_idx on orders (placed, shop);
  create index orders_placed_idx on orders (placed);
  create index customers_since_idx on customers (since);
  create index customers_since_again_idx on customers (since);
  create index customers_email_again_idx on customers (email);
  create index orders_placed_again_idx on orders (placed, shop);
  analyze`

const read = async (client: pg.Client, index: string, query: string): Promise<void> => {
  await client.query('begin; set local enable_seqscan = off; set local enable_bitmapscan = off')
  // Two that are equal cost the same: the other is out of the way as long as this reads.
  await client.query(`update pg_index set indisvalid = false where indexrelid in
    (select i.indexrelid from pg_index i join pg_index o on o.indrelid = i.indrelid and o.indkey = i.indkey
     where o.indexrelid = '${index}'::regclass and i.indexrelid <> o.indexrelid)`)
  await client.query(query)
  await client.query(`update pg_index set indisvalid = true where indrelid =
    (select indrelid from pg_index where indexrelid = '${index}'::regclass) and indexrelid <> coalesce(to_regclass('customers_code_idx'), 0)`)
  await client.query('commit')
  await until(client, `select 1 from pg_stat_user_indexes where indexrelname = '${index}' and idx_scan > 0`, 60_000)
}

/** Makes the tables with all that is to be named, and what must not be. */
export async function seedIndexes(client: pg.Client): Promise<void> {
  await client.query(schema)
  await assert.rejects(client.query('create unique index concurrently customers_code_idx on customers (code)'))
}

/** What runs every day. */
export async function everyDay(client: pg.Client): Promise<void> {
  await read(client, 'customers_city_phone_idx', `select count(*) from customers where city = 'city1' and phone = 'p1'`)
  await read(
    client,
    'orders_placed_shop_idx',
    `select count(*) from orders where placed = '2026-02-01' and shop = 'shop1'`,
  )
  await read(client, 'customers_since_idx', `select count(*) from customers where since = '2020-02-01'`)
}

/** What runs at the end of the month. */
export async function atMonthEnd(client: pg.Client): Promise<void> {
  await read(client, 'orders_total_idx', 'select count(*) from orders where total = 17')
}
