import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'

/** Only 18 makes its clusters with checksums by itself. */
describe('data checksums', () => {
  it('that are off are told as something small, or left out when that is wanted', async () => {
    const server = await startPostgres({ major: 15 })
    try {
      const { verdict, findings } = await lookAt('postgres-checksums', server.url())
      assert.equal(verdict.status, 'warn')
      assert.deepEqual(
        findings.map(({ subject, severity }) => `${subject} ${severity}`),
        ['data_checksums low'],
      )
      const wanted = await lookAt('postgres-checksums', server.url(), { allowOff: true })
      assert.equal(wanted.verdict.status, 'skipped')
    } finally {
      await server.stop()
    }
  })

  it('tell of a page that the disk did not keep, of its database, until that is set back', async () => {
    const server = await startPostgres({ major: 18 })
    const admin = await connect(server.url())
    try {
      await admin.query('create database sound')
      const sound = await connect(server.url('sound'))
      await sound.query(`create table stock with (autovacuum_enabled = off) as
                         select n, repeat('x', 500) from generate_series(1, 1000) n`)
      await sound.query('checkpoint')
      const { rows } = await sound.query<{ file: string }>(
        "select current_setting('data_directory') || '/' || pg_relation_filepath('stock') as file",
      )
      await sound.end()
      const file = await open(rows[0]?.file ?? '', 'r+')
      await file.write(Buffer.from('damage'), 0, 6, 4000)
      await file.close()
      // What is in memory is not read from the disk: the copy of a database is.
      await admin.query('create database "Shop; drop table x" template sound strategy file_copy')
      const shop = await connect(server.url('Shop; drop table x'))
      await assert.rejects(shop.query('select count(*) from stock'), { code: 'XX001' })
      await shop.end()
      await until(admin, 'select 1 from pg_stat_database where checksum_failures > 0', 30_000)
      const { verdict, subjects, texts } = await lookAt('postgres-checksums', server.url())
      assert.equal(verdict.status, 'fail')
      assert.deepEqual(subjects, ['Shop; drop table x'])
      assert.match(texts, /Shop; drop table x: \d+ pages? (?:was|were) read that the disk did not keep as written/)
      const again = await connect(server.url('Shop; drop table x'))
      await again.query('select pg_stat_reset()')
      await again.end()
      assert.equal((await lookAt('postgres-checksums', server.url())).verdict.status, 'pass')
    } finally {
      await admin.end()
      await server.stop()
    }
  })
})
