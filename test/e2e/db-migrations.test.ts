import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { auditListOutput } from '../../src/cli/json-shapes/audit.ts'
import { dbMigrationsOutput } from '../../src/cli/json-shapes/db-migrations.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import type { CliResult } from '../support/cli.ts'
import { type MigratingProject, migratingProject, rowsOf } from '../support/migrating-project.ts'
import { drizzleProject, knexProject, prismaProject } from '../support/migration-projects/node-projects.ts'
import { alembicProject, djangoProject } from '../support/migration-projects/python-projects.ts'
import { sqlFolderProject, supabaseProject } from '../support/migration-projects/sql-projects.ts'
import {
  type MigrationPrograms,
  migrationPrograms,
  type ToolProject,
} from '../support/migration-projects/tool-project.ts'
import { startPostgres } from '../support/postgres.ts'

const tools: Readonly<Record<string, (programs: MigrationPrograms, url: string) => ToolProject>> = {
  'Django, through docker compose exec': djangoProject,
  Alembic: alembicProject,
  Prisma: prismaProject,
  Knex: knexProject,
  Drizzle: drizzleProject,
  'Supabase, by Vigie': (programs) => supabaseProject(programs, 'sql'),
  'Supabase, by its own CLI': (programs) => supabaseProject(programs, 'push'),
  'a folder of SQL files': sqlFolderProject,
}

describe('the migrations of the seven tools, by vigie db migrations [B09]', { concurrency: 2 }, () => {
  let server: PostgresServer
  let programs: MigrationPrograms

  before(async () => {
    programs = await migrationPrograms()
    server = await startPostgres({ major: 15 })
  })
  after(async () => {
    await server?.stop()
    programs?.remove()
  })

  for (const [at, [name, projectOf]] of Object.entries(tools).entries()) {
    it(`${name}: status, pending, apply, history, revert`, async () => {
      const database = `shop${at}`
      const tool = projectOf(programs, server.url(database))
      const shop = await migratingProject(
        server,
        database,
        { kind: tool.kind, ...tool.options },
        { env: tool.env ?? {} },
      )
      try {
        await tool.prepare(shop)
        await tellsWhatIsPending(shop, tool)
        await appliesWhatIsPending(shop, tool)
        await tellsTheHistory(shop, tool)
        await (tool.canGoBack ? takesBack(shop, tool) : refusesToTakeBack(shop, tool))
        await stopsAtTheBadOne(shop, tool)
      } finally {
        shop.remove()
      }
    })
  }
})

async function tellsWhatIsPending(shop: MigratingProject, { ids: [first, second] }: ToolProject): Promise<void> {
  assert.deepEqual(await shop.states(), [`${first} pending`, `${second} pending`])
  assert.match((await shop.look()).titles, new RegExp(`^2 migrations are not applied: ${first}, ${second}$`, 'm'))
  const dry = await shop.run('db', 'migrations', 'apply', '--dry-run')
  assert.equal(dry.code, 0, told(dry))
  assert.match(dry.stdout, new RegExp(`apply ${first}.*${second}`))
  assert.deepEqual(await columnsOf(shop), [])
}

async function appliesWhatIsPending(shop: MigratingProject, tool: ToolProject): Promise<void> {
  const [first, second] = tool.ids
  const one = await shop.run('db', 'migrations', 'apply', first, '--yes')
  if (tool.canStop) {
    await agreed(shop, tool, one)
    assert.deepEqual(await shop.states(), [`${first} applied`, `${second} pending`])
    assert.deepEqual(await columnsOf(shop), ['id'])
  } else {
    assert.equal(one.code, 3, told(one))
    assert.match(one.stdout, new RegExp(`all that is pending at once; it cannot stop at ${first}`))
    assert.deepEqual(await columnsOf(shop), [])
  }
  await agreed(shop, tool, await shop.run('db', 'migrations', 'apply', '--yes'))
  assert.deepEqual(await columnsOf(shop), ['id', 'note'])
  const again = await shop.run('db', 'migrations', 'apply', '--yes')
  assert.equal(again.code, 0, told(again))
  assert.deepEqual(await columnsOf(shop), ['id', 'note'])
}

/** What is applied, in its order, with its time where the tool keeps it; the audit knows it of each tool, with who did it. */
async function tellsTheHistory(shop: MigratingProject, { kind, ids: [first, second], keepsTime }: ToolProject) {
  const status = await shop.run('db', 'migrations', 'status', '--json')
  const { migrations } = dbMigrationsOutput.parse(JSON.parse(status.stdout))
  assert.deepEqual(
    migrations.map((one) => [one.component, one.tool, one.id, one.state]),
    [first, second].map((id) => ['code', kind, id, 'applied']),
  )
  for (const { appliedAt } of migrations)
    assert.match(String(appliedAt), keepsTime ? /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ : /^null$/)
  const audit = await shop.run('audit', 'list', '--json')
  const { entries } = auditListOutput.parse(JSON.parse(audit.stdout))
  const done = entries.filter((one) => one.event === 'action.outcome' && one.subject['step'] === 'code/migrate')
  assert.ok(
    done.every(({ actor, subject }) => actor !== '' && subject['status'] === 'done'),
    audit.stdout,
  )
  const targets = done.map(({ subject }) => String(subject['target']).replace('code: ', ''))
  assert.equal(targets.join(', '), `${first}, ${second}`)
}

async function takesBack(shop: MigratingProject, tool: ToolProject): Promise<void> {
  const [first, second] = tool.ids
  const asked = await shop.run('db', 'migrations', 'revert', '--yes')
  assert.equal(asked.code, 3, told(asked))
  assert.match(asked.stdout, new RegExp(`take back ${second}`))
  assert.deepEqual(await columnsOf(shop), ['id', 'note'])
  const back = await shop.approve(asked)
  assert.equal(back.code, 0, told(back))
  assert.deepEqual(await shop.states(), [`${first} applied`, `${second} pending`])
  assert.deepEqual(await columnsOf(shop), ['id'])
  await agreed(shop, tool, await shop.run('db', 'migrations', 'apply', '--yes'))
}

async function refusesToTakeBack(shop: MigratingProject, { kind, ids: [first, second] }: ToolProject): Promise<void> {
  const refused = await shop.run('db', 'migrations', 'revert', '--yes')
  assert.equal(refused.code, 3, told(refused))
  assert.match(refused.stdout, new RegExp(`${kind} has no way back.*Write a migration that undoes it`))
  const french = await shop.run('db', 'migrations', 'revert', '--yes', '--locale', 'fr')
  assert.match(french.stdout, new RegExp(`${kind} ne sait pas revenir en arrière.*Écrivez une migration qui l'annule`))
  assert.deepEqual(await shop.states(), [`${first} applied`, `${second} applied`])
  assert.deepEqual(await columnsOf(shop), ['id', 'note'])
}

async function stopsAtTheBadOne(shop: MigratingProject, tool: ToolProject): Promise<void> {
  const [first, second, bad] = tool.ids
  await tool.addBad(shop)
  const asked = await shop.run('db', 'migrations', 'apply', '--yes')
  const failed = tool.isOpaque === true ? await shop.approve(asked) : asked
  assert.equal(failed.code, 1, told(failed))
  const why = tool.isSilent === true ? 'the tool says nothing of why, the log of PostgreSQL does' : 'division by zero'
  const left = `now; the last one applied is ${second}`
  assert.match(failed.stdout, new RegExp(`Migration ${bad} failed: .*${why}.*${left}`))
  assert.deepEqual(await shop.states(), [`${first} applied`, `${second} applied`, `${bad} ${tool.afterFailure}`])
  assert.deepEqual(await columnsOf(shop), ['id', 'note'])
}

/** What loses nothing needs `--yes` alone; what cannot be told needs an approval of the plan. */
async function agreed(shop: MigratingProject, { isOpaque = false }: ToolProject, asked: CliResult): Promise<void> {
  if (isOpaque) assert.equal(asked.code, 3, told(asked))
  const done = isOpaque ? await shop.approve(asked) : asked
  assert.equal(done.code, 0, told(done))
}

async function columnsOf({ url }: MigratingProject): Promise<unknown[]> {
  const sql = `select attname::text as c from pg_attribute where attrelid = to_regclass('bookings') and attnum > 0
    and not attisdropped order by attnum`
  return (await rowsOf(url, sql)).map(({ c }) => c)
}

function told({ stdout, stderr }: CliResult): string {
  return `${stdout}\n${stderr}`
}
