import { isJudged, lookForBloat } from '../../src/integrations/postgres/bloat/look.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { seedBloat } from '../../test/support/bloat-shapes.ts'
import { aComponent, testContext } from '../../test/support/context.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { connect } from '../../test/support/postgres-checks.ts'
import { type Row, round, type Section } from '../report.ts'

/** The estimate of empty space beside what pgstattuple measures, on tables of several shapes with rows deleted. */
export async function benchBloat(): Promise<readonly Section[]> {
  const server = await startPostgres({ settings: { autovacuum: 'off' } })
  const ctx = testContext()
  try {
    const admin = await connect(server.url())
    const seeded = await seedBloat(admin)
    await admin.query('create extension pgstattuple')
    // A new session: what the last one changed is told by its end, and would count as changed since.
    await admin.end()
    const client = await connect(server.url())
    await client.query('analyze')
    const component = aComponent(postgresOptions.parse({ url: server.url() }))
    const measure = { count: 0, bytes: 1, timeMs: 1 }
    const { answer } = await lookForBloat(component, { leastBytes: 8192, measure }, ctx)
    if (!answer.ok) throw new Error(answer.detail)
    const rows: Row[] = []
    for (const { name, shape, deleted } of seeded) {
      const table = answer.rows.find((one) => one.table === name && one.index === null && !one.isToast)
      if (table === undefined || !isJudged(table)) throw new Error(`${name} was not judged`)
      const { rows: measured } = await client.query<{ wasted: number }>(
        'select dead_tuple_percent + free_percent as wasted from pgstattuple($1::oid::regclass)',
        [table.oid],
      )
      const living = 100 - (measured[0]?.wasted ?? Number.NaN)
      const exact = Math.max(0, 100 - (living * 100) / table.fillFactor)
      const estimate = (100 * table.bloatBytes) / table.bytes
      rows.push({
        shape,
        deletedPercent: deleted,
        estimatedPercent: round(estimate),
        measuredPercent: round(exact),
        errorPoints: round(Math.abs(estimate - exact)),
      })
    }
    await client.end()
    return [{ subject: 'bloat: estimate beside pgstattuple', rows }]
  } finally {
    await ctx.close()
    await server.stop()
  }
}
