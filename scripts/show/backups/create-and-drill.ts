import assert from 'node:assert/strict'
import { step, tell, vigie } from '../parts/program.ts'
import type { Insurance } from './insurance.ts'

/** A backup, and the drill that proves it. */
export async function createAndDrill({ config, admin }: Insurance): Promise<void> {
  step('vigie backups create && vigie backups drill latest --json')
  const questions = [
    {
      ...{ name: 'every policy has a customer', component: 'db', expect: 'none' },
      query: 'select p.id from policies p left join customers c on c.id = p.customer where c.id is null',
    },
  ]
  const words = config({ drill: { rto: '30m', rpo: '24h', questions } })
  const made = await vigie(['backups', 'create', ...words])
  assert.equal(made.code, 0, made.stdout)
  const sessions = `select count(*)::int as count from pg_stat_activity where application_name <> 'psql' and pid <> pg_backend_pid() and backend_type = 'client backend'`
  const before = (await admin.query(sessions)).rows[0]?.count
  const drilled = vigie(['backups', 'drill', 'latest', '--json', ...words])
  let most = 0
  let isOver = false
  void drilled.finally(() => {
    isOver = true
  })
  while (!isOver) {
    most = Math.max(most, (await admin.query(sessions)).rows[0]?.count)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { code, stdout } = await drilled
  assert.equal(code, 0, stdout)
  const { drill } = JSON.parse(stdout)
  tell(`backup ${drill.backup}: ${drill.status}`)
  tell(`RTO ${drill.rtoMs} ms, RPO ${drill.rpoMs} ms`)
  for (const { name, status, expected, actual } of drill.assertions) tell(`${status}  ${name}: ${actual} (${expected})`)
  assert.ok(drill.assertions.some(({ name }: { name: string }) => name.includes('every policy has a customer')))
  assert.ok(drill.assertions.length >= 8)
  tell(`connections of others to the living database while it ran: ${most - before}`)
  assert.equal(most, before)
  const list = await vigie(['backups', 'list', ...words])
  for (const line of list.stdout.trimEnd().split('\n')) tell(line)
}
