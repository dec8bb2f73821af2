import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'pg'

/** Sessions that stay open as long as the demo does. */
export interface DemoSessions {
  close(): Promise<void>
}

const tables = `
  create table clients (id int primary key, email text not null, name text not null, created_at timestamptz not null);
  create index clients_email_idx on clients (email);
  create table policies (id int primary key, client_id int not null references clients, number text not null, status text not null, premium numeric not null, created_at timestamptz not null);
  create index policies_client_idx on policies (client_id);
  create table refresh_tokens (id int primary key, client_id int not null references clients, device text not null, expires_at timestamptz not null);
  create index refresh_tokens_client_idx on refresh_tokens (client_id);
  create table audit_logs (id int primary key, client_id int not null, action text not null, at timestamptz not null) with (autovacuum_enabled = false);
  insert into clients select n, 'client' || n || '@example.test', 'Client ' || n, now() - n * interval '1 minute' from generate_series(1, 20000) n;
  insert into policies select n, 1 + n % 20000, 'P-' || n, case when n % 9 = 0 then 'lapsed' else 'active' end, 100 + n % 900, now() - n * interval '1 minute' from generate_series(1, 120000) n;
  insert into refresh_tokens select n, 1 + n % 20000, 'device-' || n % 50, now() + interval '30 days' from generate_series(1, 40000) n;
  insert into audit_logs select n, 1 + n % 20000, 'login', now() - n * interval '10 seconds' from generate_series(1, 150000) n;
  analyze clients; analyze policies; analyze refresh_tokens`

/** Queries that read every index that is meant to be used, however small the table looks to the planner. */
const uses = `
  set enable_seqscan = off;
  select count(*) from clients where email = 'client7@example.test';
  select count(*) from policies where client_id = 7;
  select count(*) from refresh_tokens where client_id = 7`

type Connect = (application: string) => Promise<Client>

/** Makes the tables and fills them with some hundred thousand rows. */
export async function seed(connect: Connect, hasFaults: boolean): Promise<void> {
  const client = await connect('demo-seed')
  try {
    await client.query(tables)
    for (const table of ['clients', 'policies', 'refresh_tokens']) await client.query(`vacuum (analyze) ${table}`)
    if (!hasFaults) await client.query('vacuum (analyze) audit_logs')
    await client.query(uses)
    if (!hasFaults) return
    await client.query('create index policies_old_idx on policies (status, created_at)')
    await client.query('create index refresh_tokens_client_again_idx on refresh_tokens (client_id)')
    // The values repeat, so that the build fails and leaves its invalid index behind: that is the fault.
    await client
      .query('create unique index concurrently refresh_tokens_device_idx on refresh_tokens (device)')
      .catch((error: Error) => {
        if (!/could not create unique index/.test(error.message)) throw error
      })
  } finally {
    await client.end()
  }
}

/** A transaction left open that holds a lock, a session that waits for it, and a statement without end. */
export async function openSessions(connect: Connect): Promise<DemoSessions> {
  const clients = await Promise.all(['demo-import', 'demo-worker', 'demo-report'].map(connect))
  const [idle, blocked, long] = clients
  if (idle === undefined || blocked === undefined || long === undefined)
    throw new Error('three sessions were asked for')
  const watcher = await connect('demo-seed')
  // They end with the server or by `close`: an error then is their end.
  for (const client of clients) client.on('error', () => undefined)
  await idle.query('begin')
  await idle.query("update clients set name = 'Client 1, renamed' where id = 1")
  const waiting = blocked.query("update clients set name = 'Client 1, again' where id = 1").catch(() => undefined)
  const running = long.query('select pg_sleep(3600)').catch(() => undefined)
  for (let round = 0; round < 200; round++) {
    const { rows } = await watcher.query(
      "select count(*)::int as n from pg_stat_activity where (application_name = 'demo-worker' and wait_event_type = 'Lock') or (application_name = 'demo-report' and state = 'active')",
    )
    if (rows[0]?.n === 2) break
    await wait(25)
  }
  return {
    close: async () => {
      await watcher.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('demo-import', 'demo-worker', 'demo-report')",
      )
      await Promise.all([waiting, running])
      await watcher.end()
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
    },
  }
}
