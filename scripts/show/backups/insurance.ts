import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { postgresPrograms, startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'

/** A small insurance: a database with customers, policies, a role and an extension, and a tree of documents. */
export interface Insurance {
  readonly dir: string
  readonly repository: string
  readonly bin: string
  readonly url: string
  readonly admin: pg.Client
  /** Writes a config and gives the words that name it; `more` goes into the entry, `bin` stands for the programs. */
  config(
    more?: object,
    options?: { readonly bin?: string; readonly name?: string; readonly what?: readonly string[] },
  ): readonly string[]
  /** A folder of programs in which one is a script of the sabotage. */
  programsWith(name: string, script: string): string
  stop(): Promise<void>
}

export async function startInsurance(): Promise<Insurance> {
  const server = await startPostgres({ major: 18 })
  const bin = await postgresPrograms(18)
  const admin = await connect(server.url())
  const dir = mkdtempSync(join(tmpdir(), 'vigie-show-backups-'))
  const repository = join(dir, 'repository')
  mkdirSync(repository)
  mkdirSync(join(dir, 'documents'))
  for (let document = 0; document < 200; document++)
    writeFileSync(join(dir, 'documents', `policy ${document}.txt`), `document ${document}\n`.repeat(200))
  await admin.query(`
    create role reader; create extension citext;
    create table customers (id int primary key, email citext unique, name text);
    insert into customers select n, 'c' || n || '@example.org', 'customer ' || n from generate_series(1, 20000) n;
    create table policies (id int primary key, customer int not null references customers, premium numeric(10, 2));
    insert into policies select n, 1 + n % 20000, n % 977 + 0.5 from generate_series(1, 200000) n;
    create index on policies (customer); grant select on policies to reader; analyze`)
  let configs = 0
  return {
    ...{ dir, repository, bin, admin, url: server.url() },
    config: (more = {}, { bin: own = bin, name = 'nightly', what = ['db', 'docs'] } = {}) => {
      const file = join(dir, `vigie-${configs++}.config.json`)
      const entry = { what, to: { kind: 'folder', path: repository }, ...more }
      const components = {
        db: { kind: 'postgres', url: server.url(), backup: { bin: own } },
        docs: { kind: 'files', path: 'documents' },
      }
      writeFileSync(file, JSON.stringify({ name: 'MonAssurance', components, backups: { [name]: entry } }))
      return ['--config', file]
    },
    programsWith: (name, script) => {
      const folder = mkdtempSync(join(dir, 'programs-'))
      // PostgreSQL runs them as another user.
      for (const one of [dir, folder]) chmodSync(one, 0o755)
      for (const program of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql', 'postgres', 'initdb', 'pg_ctl']) {
        const file = join(folder, program)
        const line = program === name ? script : `exec ${join(bin, program)} "$@"`
        writeFileSync(file, `#!/bin/sh\n${line}\n`)
        chmodSync(file, 0o755)
      }
      return folder
    },
    stop: async () => {
      await admin.end().catch(() => undefined)
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
