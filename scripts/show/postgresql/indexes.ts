import assert from 'node:assert/strict'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { scratchSystem } from '../../../test/support/scratch-system.ts'
import { atMonthEnd, everyDay, seededAdvice, seedIndexes } from '../../../test/support/seeded-indexes.ts'
import { step, tell, vigie } from '../parts/program.ts'

/** What was planted is named, and nothing else; one is dropped, with consent, and made again. */
export async function indexes(): Promise<void> {
  for (const major of [15, 18]) {
    step(`4 unused, 3 duplicate, 2 overlapping, 1 invalid and 3 missing indexes on PostgreSQL ${major}: exactly these`)
    const server = await startPostgres({ major })
    const client = await connect(server.url())
    const checks = { 'unused-index': { minStatisticsAge: '1ms' } }
    const components = { db: { kind: 'postgres', url: server.url(), checks } }
    const system = scratchSystem(JSON.stringify({ name: 'Shop', components }), 'vigie.config.json')
    const run = (...words: string[]) => vigie([...words, ...system.config])
    try {
      await seedIndexes(client)
      await atMonthEnd(client)
      tell('a job has read orders_total_idx at the end of the month')
      assert.equal((await run('run', 'db/unused-index', '--quiet')).code, 0)
      await client.query('select pg_stat_reset()')
      await everyDay(client)
      tell('the statistics of the server are reset; the daily work goes on')
      assert.equal((await run('run', 'db/unused-index', '--quiet')).code, 0)

      const { stdout } = await run('db', 'indexes', '--json')
      const { indexes: seen, gain } = JSON.parse(stdout)
      for (const [advice, planted] of Object.entries(seededAdvice)) {
        const named = seen
          .filter((one: { advice: string }) => one.advice === advice)
          .map(
            (one: { schema: string; name: string; proposedName: string | null }) =>
              `${one.schema}.${one.proposedName ?? one.name}`,
          )
          .toSorted()
        assert.deepEqual(named, planted.toSorted())
        tell(`${advice.padEnd(19)} ${named.length}: ${named.join(', ')}`)
      }
      const others = seen.filter((one: { advice: string | null }) => one.advice === null)
      assert.ok(others.some((one: { name: string }) => one.name === 'orders_total_idx'))
      tell(`${others.length} others are not named: constraints, a replica identity, foreign keys, the job at month end`)
      tell(`to gain: ${(gain.bytes / 1e6).toFixed(1)} MB`)

      const asked = await run('db', 'indexes', '--drop', 'customers_phone_idx')
      assert.equal(asked.code, 3)
      const plan = /vigie approve (?<plan>\w+)/.exec(asked.stdout)?.groups?.['plan'] ?? ''
      assert.equal((await run('approve', plan, '--by', 'Léa')).code, 0)
      assert.equal((await run('db', 'indexes', '--recreate', 'customers_phone_idx', '--yes')).code, 0)
      tell('customers_phone_idx was dropped with approval, and made again from what was kept of it')
    } finally {
      await client.end()
      await server.stop()
      system.remove()
    }
  }
}
