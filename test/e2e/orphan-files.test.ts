import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('files that no row names', () => {
  let server: PostgresServer
  let client: pg.Client
  let system: ScratchSystem

  before(async () => {
    server = await startPostgres()
    client = await connect(server.url())
    await client.query('create table documents (id serial, path text)')
    const config = {
      name: 'Shop',
      components: {
        db: { kind: 'postgres', url: server.url() },
        docs: { kind: 'files', path: 'documents' },
      },
      orphans: {
        documents: {
          files: 'docs',
          rows: { in: 'db', query: 'select path from documents' },
          olderThan: 0,
          tasks: { purge: { olderThan: 0 } },
        },
      },
    }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    for (let number = 1; number <= 10; number++) await put(`2026/${number}.pdf`)
    await put('2026/perdu.pdf', false)
    await put("été/l'avis.pdf", false)
  })
  after(async () => {
    await client?.end()
    system?.remove()
    await server?.stop()
  })

  const put = async (path: string, hasRow = true): Promise<void> => {
    const file = at(path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `content of ${path}`)
    if (hasRow) await client.query('insert into documents (path) values ($1)', [path])
  }
  const at = (path: string): string => join(system.dir, 'documents', path)
  const ask = (...words: string[]) => vigie([...words, ...system.config])
  const planIn = (stdout: string): string => /vigie approve (\w+)/.exec(stdout)?.[1] ?? assert.fail(stdout)

  it('are told with rows whose file is missing, in a routine too, in both languages', async () => {
    await client.query("insert into documents (path) values ('2026/never.pdf')")
    const { code, stdout } = await ask('run', 'documents/match', '--json')
    assert.equal(code, 1, stdout)
    const { findings } = JSON.parse(stdout)
    assert.deepEqual(findings.map(({ title }: { title: string }) => title.replace(/\s/g, ' ')).toSorted(), [
      '1 file that rows name is not there (such as 2026/never.pdf)',
      'no row names 2 files, 52 B (such as 2026/perdu.pdf)',
    ])
    assert.match(
      (await ask('run', 'documents/match', '--locale', 'fr')).stdout,
      /1\s+fichier\s+nommé\s+par\s+des\s+lignes/,
    )
    assert.match((await ask('config', 'explain')).stdout, /documents\/match/)
    await client.query("delete from documents where path = '2026/never.pdf'")
  })

  it('are moved into quarantine with consent, and not one that a row names meanwhile', async () => {
    const shown = await ask('run', 'documents/quarantine', '--json')
    assert.equal(shown.code, 3, shown.stdout + shown.stderr)
    assert.ok(existsSync(at('2026/perdu.pdf')))
    await client.query("insert into documents (path) values ('2026/perdu.pdf')")
    const plan: string = JSON.parse(shown.stdout).run.plan
    const changed = await ask('approve', plan, '--by', 'Léa')
    assert.ok(existsSync(at('2026/perdu.pdf')), changed.stdout)
    const done = await ask('run', 'documents/quarantine', '--yes')
    assert.equal(done.code, 0, done.stdout + done.stderr)
    assert.ok(!existsSync(at("été/l'avis.pdf")))
    assert.ok(existsSync(at('2026/perdu.pdf')))
    const clean = await ask('run', 'documents/match')
    assert.equal(clean.code, 0, clean.stdout)
  })

  it('come back when a row names them, or when they are asked for', async () => {
    const unnamed = await ask('run', 'documents/restore', '--yes')
    assert.equal(unnamed.code, 0, unnamed.stdout)
    assert.ok(!existsSync(at("été/l'avis.pdf")))
    await client.query(`insert into documents (path) values ('été/l''avis.pdf')`)
    const missing = await ask('run', 'documents/match')
    assert.equal(missing.code, 1)
    assert.match(missing.stdout, /vigie run documents\/restore --dry-run/)
    const restored = await ask('run', 'documents/restore', '--yes')
    assert.equal(restored.code, 0, restored.stdout + restored.stderr)
    assert.equal(readFileSync(at("été/l'avis.pdf"), 'utf8'), "content of été/l'avis.pdf")
    assert.ok(!existsSync(at('.vigie-quarantine')))
    assert.equal((await ask('run', 'documents/match')).code, 0)
  })

  it('come back by name, or all of them, though no row names them', async () => {
    for (const path of ['back/1', 'back/2', 'back/3']) await put(path, false)
    assert.equal((await ask('run', 'documents/quarantine', '--yes')).code, 0)
    const one = await ask('orphans', 'restore', 'documents', 'back/2', '--yes')
    assert.equal(one.code, 0, one.stdout + one.stderr)
    assert.deepEqual(readdirSync(at('back')), ['2'])
    const wrong = await ask('orphans', 'restore', 'documents', 'back/9', '--yes')
    assert.equal(wrong.code, 3, wrong.stdout)
    assert.match(wrong.stdout, /back\/9 is not in quarantine/)
    const shown = await ask('orphans', 'restore', 'documents', '--all', '--dry-run', '--json')
    const done = await ask('approve', JSON.parse(shown.stdout).run.plan, '--by', 'Léa')
    assert.equal(done.code, 0, done.stdout + done.stderr)
    assert.deepEqual(readdirSync(at('back')).toSorted(), ['1', '2', '3'])
    const unknown = await ask('orphans', 'restore', 'document')
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /did you mean "documents"/)
    rmSync(at('back'), { recursive: true })
  })

  it('are deleted from quarantine only with the approval of a plan that shows them', async () => {
    await put('old/x.pdf', false)
    assert.equal((await ask('run', 'documents/quarantine', '--yes')).code, 0)
    const kept = (): number =>
      readdirSync(at('.vigie-quarantine'), { recursive: true }).filter((name) => String(name).endsWith('x.pdf')).length
    assert.equal(kept(), 1)
    const asked = await ask('run', 'documents/purge', '--yes')
    assert.equal(asked.code, 3, asked.stdout)
    assert.equal(kept(), 1)
    const done = await ask('approve', planIn(asked.stdout), '--by', 'Léa')
    assert.equal(done.code, 0, done.stdout + done.stderr)
    assert.ok(!existsSync(at('.vigie-quarantine')))
    assert.match((await ask('audit', 'list')).stdout, /old\/x\.pdf/)
  })

  it('are never moved by a query that says nothing, or names too few of them', async () => {
    await client.query('create table kept as select * from documents; delete from documents')
    for (const [rows, text] of [
      ['', /names no file/],
      ["insert into documents (path) values ('2026/1.pdf')", /more than 20% are not moved|more\s+than/],
      ["delete from documents; insert into documents (path) values ('elsewhere/1.pdf')", /not one of 12 files/],
      ["insert into documents (path) values ('https://cdn.example.test/1.pdf')", /outside of the tree/],
    ] as const) {
      await client.query(rows === '' ? 'select 1' : rows)
      const { code, stdout } = await ask('run', 'documents/quarantine', '--yes')
      assert.equal(code, 3, stdout)
      assert.match(stdout.replace(/\s+/g, ' '), text)
      assert.equal(readdirSync(at('2026')).length, 11)
    }
    await client.query('delete from documents; insert into documents select * from kept')
    await client.query('alter table documents rename to elsewhere')
    const blind = await ask('run', 'documents/match')
    assert.equal(blind.code, 3, blind.stdout)
    assert.match(blind.stdout.replace(/\s+/g, ' '), /relation "documents" does not exist/)
    await client.query('alter table elsewhere rename to documents')
  })

  it('are left alone by the cleaning of files once they are in quarantine', async () => {
    await put('old/y.pdf', false)
    assert.equal((await ask('run', 'documents/quarantine', '--yes')).code, 0)
    const { stdout } = await ask('run', 'docs/clean', '--dry-run', '--json')
    assert.doesNotMatch(stdout, /y\.pdf/)
    const match = await ask('run', 'documents/match')
    assert.equal(match.code, 0, match.stdout)
  })
})

describe('a config with orphans', () => {
  it('names components that are there and fit, under names of their own', async () => {
    const config = {
      name: 'Shop',
      components: { db: { kind: 'postgres', url: 'postgres://x/y' }, docs: { kind: 'files', path: '.' } },
      orphans: {
        a: { files: 'dosc', rows: { in: 'docs', query: 'select 1' } },
        docs: { files: 'docs', rows: { in: 'db', query: 'select 1' }, prefix: '../x' },
        db: { files: 'docs', rows: { in: 'db', query: 'select 1' } },
      },
    }
    const system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    try {
      const { code, stdout, stderr } = await vigie(['config', 'explain', ...system.config])
      assert.equal(code, 2, stdout)
      for (const text of [
        /orphans\.a\.files/,
        /known: docs/,
        /orphans\.a\.rows\.in/,
        /no database that gives rows/,
        /orphans\.docs\.prefix/,
        /orphans\.db/,
      ]) {
        assert.match(stdout + stderr, text)
      }
    } finally {
      system.remove()
    }
  })
})
