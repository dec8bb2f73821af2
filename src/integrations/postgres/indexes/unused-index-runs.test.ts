import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { vigie } from '../../../../test/support/cli.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../../../../test/support/scratch-system.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

describe('runs one after the other', () => {
  let server: PostgresServer
  let client: Client
  let system: ScratchSystem
  before(async () => {
    server = await startPostgres()
    client = await connect(server.url())
    await client.query('create table clients (id int primary key, email text, phone text)')
    await client.query('create index clients_email_idx on clients (email)')
    system = scratchSystem(
      `import { defineSystem, env, postgres } from 'vigie'\nexport default defineSystem({ name: 'S', components: { db: postgres({ url: env('DATABASE_URL'), checks: { 'unused-index': { minStatisticsAge: '1ms' } } }) } })\n`,
    )
  })
  after(async () => {
    await client.end()
    await server.stop()
    system.remove()
  })
  const env = (): Record<string, string> => ({ DATABASE_URL: server.url() })
  const run = async (): Promise<{ summary: string; subjects: readonly string[] }> => {
    const { steps, findings } = (
      await vigie(['run', 'db/unused-index', '--json', ...system.config], { env: env() })
    ).json()
    return { summary: steps[0].summary, subjects: findings.map(({ subject }: { subject: string }) => subject) }
  }
  const open = async (): Promise<readonly string[]> => {
    const { findings } = (
      await vigie(['findings', 'list', '--state', 'open', '--json', ...system.config], { env: env() })
    ).json()
    return findings.map(({ subject }: { subject: string }) => subject)
  }

  it('judge an index that an earlier one saw, keep the finding of one that was rebuilt, and close that of one that is gone', async () => {
    const first = await run()
    assert.deepEqual(first.subjects, [])
    assert.match(first.summary, /1 index judged; 1 without a scan not judged yet/)

    await client.query('create index clients_phone_idx on clients (phone)')
    const second = await run()
    assert.deepEqual(second.subjects, ['public.clients_email_idx'])
    assert.match(second.summary, /2 indexes judged, 1 unused; 1 without a scan not judged yet/)

    await client.query('reindex index concurrently clients_email_idx')
    const third = await run()
    assert.deepEqual(third.subjects, ['public.clients_phone_idx'])
    assert.deepEqual((await open()).toSorted(), ['public.clients_email_idx', 'public.clients_phone_idx'])

    await client.query('drop index clients_email_idx')
    await run()
    assert.deepEqual(await open(), ['public.clients_phone_idx'])
  })
})
