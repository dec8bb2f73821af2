import { chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { testContext } from './context.ts'
import { startPostgres } from './postgres.ts'
import { connect } from './postgres-checks.ts'
import { taskAtWork } from './postgres-tasks.ts'

/**
 * A program of its own, in a mount name space where its first argument is a small file system: rebuilds an index in a
 * tablespace there that cannot hold a second one, and prints what became of it.
 */
const [dir = '', major = '18'] = process.argv.slice(2)
const server = await startPostgres({ major: Number(major), settings: { autovacuum: 'off' } })
try {
  const admin = await connect(server.url())
  const { rows } = await admin.query(`select current_setting('data_directory') as data`)
  const { uid, gid } = await stat(rows[0].data)
  await mkdir(join(dir, 'space'))
  for (const path of [dir, join(dir, 'space')]) await chown(path, uid, gid)
  await admin.query(`create tablespace small location '${join(dir, 'space')}'`)
  await admin.query(`create role owning login password 'owning'; grant create on tablespace small to owning`)
  await admin.query('create table stock as select n as id from generate_series(1, 300000) n')
  await admin.query('create index stock_id on stock (id) tablespace small; grant create on schema public to owning')
  await admin.query('alter table stock owner to owning')
  await admin.query('vacuum (analyze) stock')
  const options = { index: 'stock_id', keepFree: 0 }
  const invalid = async (): Promise<unknown> =>
    (await admin.query('select 1 from pg_index where not indisvalid')).rows.length
  const seen = taskAtWork('postgres-reindex', { url: server.url() }, options)
  const refused = await seen.refusal(seen.plan())
  // A new one would stand there too.
  await admin.query('alter role postgres set default_tablespace = small')
  const indexes = { stock_id_again: { table: 'stock', columns: ['id'], unique: true } }
  const making = taskAtWork('postgres-create-index', { url: server.url(), indexes }, {})
  const unmade = await making.refusal(making.plan())
  await making.ctx.close()
  await admin.query('alter role postgres reset default_tablespace')
  // Who cannot see the disk has to believe what he is told.
  const url = server.url('postgres', 'owning', 'owning')
  await admin.query('grant pg_read_all_stats to owning')
  const ctx = testContext({ timeoutMs: 60_000 })
  const believed = taskAtWork('postgres-reindex', { url }, { ...options, assumeSpace: '1TB' }, ctx)
  const [action] = await believed.plan()
  if (action === undefined) throw new Error('nothing is planned')
  const full = await believed.refusal(believed.execute(action))
  const found = await admin
    .query('set enable_seqscan = off; select 1 as one from stock where id = 4711')
    .catch(() => null)
  console.log(JSON.stringify({ refused, unmade, full, invalid: await invalid(), isUsable: found !== null }))
  await admin.end()
  await seen.ctx.close()
  await ctx.close()
} finally {
  await server.stop()
}
