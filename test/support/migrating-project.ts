import assert from 'node:assert/strict'
import { dbMigrationsOutput } from '../../src/cli/json-shapes/db-migrations.ts'
import { runOutput } from '../../src/cli/json-shapes/runs.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { type CliResult, vigie } from './cli.ts'
import { connect } from './postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from './scratch-system.ts'

export interface MigratingProject extends ScratchSystem {
  /** Of its database. */
  readonly url: string
  /** Runs vigie with the address of the database as SHOP_DATABASE_URL; what is told stands on one line. */
  run(...words: string[]): Promise<CliResult>
  /** Id, or name where the id says nothing, and state of each migration. */
  states(): Promise<string[]>
  /** The check: its exit code, and the titles of its findings. */
  look(): Promise<{ readonly code: number | null; readonly titles: string }>
  /** Agrees to a plan that waits: `what` is what was asked for. */
  approve(what: CliResult): Promise<CliResult>
}

/** A folder with a config on an empty database of its own; the tool's files are the test's to write. */
export async function migratingProject(
  server: PostgresServer,
  name: string,
  migrations: Readonly<Record<string, unknown>>,
  over: {
    readonly url?: string
    readonly config?: Readonly<Record<string, unknown>>
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<MigratingProject> {
  const admin = await connect(server.url())
  await admin.query(`create database ${name}`)
  await admin.end()
  const url = over.url ?? server.url(name)
  const checks = { stale: false, age: false, size: false, permissions: false }
  const code = { kind: 'files', path: '.', checks, tasks: { clean: false }, migrations }
  const system = scratchSystem(
    JSON.stringify({ name: 'Shop', components: { code, ...over.config } }),
    'vigie.config.json',
  )
  const run: MigratingProject['run'] = async (...words) => {
    const result = await vigie([...words, ...system.config], { env: { SHOP_DATABASE_URL: url, ...over.env } })
    return { ...result, stdout: oneLine(result.stdout), stderr: oneLine(result.stderr) }
  }
  return {
    ...system,
    url,
    run,
    states: async () => {
      const { code: exit, stdout, stderr } = await run('db', 'migrations', 'status', '--json')
      assert.equal(exit, 0, stdout + stderr)
      const { migrations: all } = dbMigrationsOutput.parse(JSON.parse(stdout))
      return all.map((one) => `${one.name || one.id} ${one.state}`)
    },
    look: async () => {
      const { code: exit, stdout } = await run('run', 'code/migrations', '--json')
      const { findings } = runOutput.parse(JSON.parse(stdout))
      return { code: exit, titles: findings.map(({ title }) => title).join('\n') }
    },
    approve: async ({ stdout }) => {
      const plan = /vigie approve (\w+)/.exec(stdout)?.[1]
      assert.ok(plan, stdout)
      return run('approve', plan, '--by', 'Léa')
    },
  }
}

/** Rows of a query, by a connection of its own. */
export async function rowsOf(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connect(url)
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
