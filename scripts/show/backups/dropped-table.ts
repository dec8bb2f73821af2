import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from '../../../test/support/postgres-checks.ts'
import { step, tell, vigie } from '../parts/program.ts'
import type { Insurance } from './insurance.ts'

const digest = `select count(*)::int as rows, md5(string_agg(p::text, ',' order by id)) as sum from policies p`

/** A table that was dropped by mistake comes back while the application keeps running. */
export async function droppedTable({ config, admin, url }: Insurance): Promise<void> {
  step('a table dropped by mistake comes back while the application keeps running')
  const words = config()
  assert.equal((await vigie(['backups', 'create', ...words])).code, 0)
  const [before] = (await admin.query(digest)).rows
  const application = await connect(url, 'shop')
  const seen = { served: 0, without: 0, others: 0 }
  let isOver = false
  const running = (async () => {
    while (!isOver) {
      await application.query('update customers set name = name where id = 1 + (random() * 19999)::int')
      seen.others++
      await application.query('select count(*) from policies where customer = 7').then(
        () => seen.served++,
        () => seen.without++,
      )
      await wait(5)
    }
  })()
  try {
    await wait(300)
    await admin.query('drop table policies')
    tell('drop table policies')
    const restored = await vigie(['backups', 'restore', 'latest', '--table', 'policies', '--yes', ...words])
    assert.equal(restored.code, 0, restored.stdout)
    await wait(300)
  } finally {
    isOver = true
    await running
    await application.end()
  }
  const [after] = (await admin.query(digest)).rows
  tell(`before: ${before.rows} rows ${before.sum}`)
  tell(`after:  ${after.rows} rows ${after.sum}`)
  assert.deepEqual(after, before)
  const grants = await admin.query(`select has_table_privilege('reader', 'policies', 'select') as can`)
  assert.equal(grants.rows[0]?.can, true)
  tell(
    `the application: ${seen.others} changes elsewhere, ${seen.served} answers, ${seen.without} while the table was gone`,
  )
  assert.ok(seen.without > 0 && seen.served > 0 && seen.others > seen.served)
}
