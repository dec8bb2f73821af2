import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { step, tell, vigie } from '../parts/program.ts'
import type { Insurance } from './insurance.ts'

const digest = `select md5(string_agg(t, ',' order by t)) as sum from (
  select 'p' || p::text as t from policies p union all select 'c' || c::text from customers c) all_rows`

/** What the manifest says, followed by a script with standard tools alone, on another server. */
export async function byHand({ config, admin, bin, dir, repository }: Insurance): Promise<void> {
  step("the manifest's instructions, followed with standard tools alone, give the same data")
  const words = config({}, { name: 'hand' })
  assert.equal((await vigie(['backups', 'create', ...words])).code, 0)
  await admin.query('update policies set premium = premium + 1 where id % 500 = 0')
  const made = await vigie(['backups', 'create', '--json', ...words])
  assert.equal(made.code, 0, made.stdout)
  const { backups } = JSON.parse((await vigie(['backups', 'list', '--json', '--entry', 'hand', ...words])).stdout)
  const [{ id, base }] = backups
  assert.notEqual(base, null, 'the second one is a difference')
  const taken = join(dir, 'taken')
  cpSync(join(repository, 'MonAssurance', 'hand'), taken, { recursive: true })
  const { byHand: lines } = JSON.parse(readFileSync(join(taken, id, 'manifest.json'), 'utf8'))
  for (const line of lines.slice(0, 3)) tell(line)
  tell(`… ${lines.length} lines; sh restore.sh`)
  const path = { PATH: `${bin}:/usr/bin:/bin`, HOME: dir }
  execFileSync('sh', ['-c', lines.join('\n')], { cwd: join(taken, id), env: path })
  const other = await startPostgres({ major: 18 })
  try {
    const { hostname, port, username, password } = new URL(other.url())
    const env = { ...path, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: decodeURIComponent(password) }
    const cwd = join(taken, id, 'restored', 'db')
    const inDatabase = [
      'createdb --template=template0 insurance',
      'psql -q -X -d postgres -f globals.sql > globals.log 2>&1 || true',
    ]
    const restore = 'pg_restore --exit-on-error --no-tablespaces -d insurance database.dump'
    for (const line of [...inDatabase, restore]) {
      tell(`$ ${line}`)
      execFileSync('sh', ['-c', line], { cwd, env })
    }
    execFileSync('sh', ['-c', 'mkdir restored && tar -xpf tree.tar -C restored'], {
      cwd: join(taken, id, 'restored', 'docs'),
    })
    execFileSync('diff', ['-r', join(taken, id, 'restored', 'docs', 'restored'), join(dir, 'documents')])
    const client = await connect(other.url('insurance'))
    const [theirs] = (await client.query(digest)).rows
    await client.end()
    const [ours] = (await admin.query(digest)).rows
    tell(`living:   ${ours.sum}`)
    tell(`by hand:  ${theirs.sum}; and diff -r finds the documents alike`)
    assert.deepEqual(theirs, ours)
  } finally {
    await other.stop()
  }
}
