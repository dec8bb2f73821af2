import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

for (const major of [15, 18]) {
  describe(`the archiver of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let admin: Client
    const archiveBy = async (command: string): Promise<void> => {
      await admin.query(`alter system set archive_command = '${command}'`)
      await admin.query('select pg_reload_conf()')
      await until(admin, `select 1 from pg_settings where name = 'archive_command' and setting = '${command}'`, 60_000)
    }
    const writeFiles = async (count: number): Promise<void> => {
      for (let file = 0; file < count; file++) {
        await admin.query("select pg_logical_emit_message(true, 'vigie', 'x')")
        await admin.query('select pg_switch_wal()')
      }
    }
    before(async () => {
      server = await startPostgres({ major, settings: { archive_mode: 'on' } })
      admin = await connect(server.url())
      await admin.query("create role plain login password 'plain-word'")
    })
    after(async () => {
      // A server does not stop while a command of its archiver hangs.
      const { rows } = await admin.query<{ data: string }>("select current_setting('data_directory') as data")
      await admin.query(`copy (select 1) to '${rows[0]?.data}/go-on'`)
      await admin.end()
      await server.stop()
    })

    it('that has no command keeps all WAL, and that is told', async () => {
      const { verdict, texts } = await lookAt('postgres-archiver', server.url())
      assert.equal(verdict.status, 'fail')
      assert.match(texts, /nothing is archived, and all WAL is kept/)
    })

    it('that fails is told with its file and its program, and closed when it works again', async () => {
      await archiveBy('/bin/false --token=s3cret %p')
      await writeFiles(1)
      await until(admin, 'select 1 from pg_stat_archiver where failed_count > 0', 60_000)
      const { verdict, subjects, texts, evidence } = await lookAt('postgres-archiver', server.url())
      assert.equal(verdict.status, 'fail')
      assert.deepEqual(subjects, ['archiving'])
      assert.match(texts, /archiving fails: [0-9A-F]{24}.*nothing was ever archived/)
      assert.match(texts, /\/bin\/false/)
      assert.doesNotMatch(texts + evidence, /s3cret/)
      const plain = await lookAt('postgres-archiver', server.url('postgres', 'plain', 'plain-word'))
      assert.equal(plain.verdict.status, 'fail')
      assert.deepEqual('covers' in plain.verdict && plain.verdict.covers, ['archiving'])
      await archiveBy('/bin/true')
      await writeFiles(1)
      await until(admin, 'select 1 from pg_stat_archiver where last_archived_time > last_failed_time', 90_000)
      await until(
        admin,
        "select 1 where not exists (select from pg_ls_archive_statusdir() where name like '%.ready')",
        90_000,
      )
      const again = await lookAt('postgres-archiver', server.url())
      assert.equal(again.verdict.status, 'pass', again.texts)
      const blind = await lookAt('postgres-archiver', server.url('postgres', 'plain', 'plain-word'))
      assert.equal(blind.verdict.status, 'error')
      assert.match(blind.texts, /GRANT pg_monitor TO "plain";/)
    })

    it('that hangs is told by what waits', async () => {
      await archiveBy('until test -e go-on; do sleep 0.1; done')
      await writeFiles(3)
      await until(admin, "select 1 from pg_ls_archive_statusdir() where name like '%.ready' offset 2", 60_000)
      const few = await lookAt('postgres-archiver', server.url())
      assert.equal(few.verdict.status, 'pass', few.texts)
      const many = await lookAt('postgres-archiver', server.url(), { warnFiles: 3 })
      assert.equal(many.verdict.status, 'warn')
      assert.match(many.texts, /WAL files wait to be archived \(\d/)
      const long = await lookAt('postgres-archiver', server.url(), { longestWait: '1ms' })
      assert.deepEqual(
        long.findings.map(({ subject, severity }) => `${subject} ${severity}`),
        ['queue high'],
      )
    })
  })
}
