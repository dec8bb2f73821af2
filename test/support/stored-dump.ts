import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { StoredComponent } from '../../src/core/backup.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { postgresPrograms } from './postgres.ts'
import { connect } from './postgres-checks.ts'

const run = promisify(execFile)

/** A dump of a database as a backup gives it back, with the facts that a restored copy is compared with. */
export async function storedDump(
  url: string,
  major: 15 | 18,
  facts: JsonObject = {},
): Promise<{ stored: StoredComponent; file: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-dump-'))
  const file = join(dir, 'database.dump')
  await run(join(await postgresPrograms(major), 'pg_dump'), ['-Fc', '-Z0', '-f', file, '-d', url])
  const client = await connect(url)
  try {
    const known = await factsOf(client, major)
    const part = {
      ...{ name: 'database', file: 'database.dump', bytes: (await stat(file)).size, facts: { ...known, ...facts } },
      read: () => createReadStream(file),
    }
    const stored = { backup: '20261121T0204-nightly', at: new Date('2026-11-21T02:04:00Z'), component: 'db' }
    return {
      stored: { ...stored, parts: [part] },
      file,
      remove: () => rm(dir, { recursive: true, force: true }),
    }
  } finally {
    await client.end()
  }
}

async function factsOf(client: Awaited<ReturnType<typeof connect>>, major: number): Promise<JsonObject> {
  const { rows } = await client.query(`
    select current_setting('server_version_num')::int as "serverVersion", current_database() as database,
           pg_encoding_to_char(encoding) as encoding, datcollate as collate, datctype as ctype,
           pg_get_userbyid(datdba) as owner, pg_database_size(oid)::float8 as bytes,
           array(select extname::text from pg_extension) as extensions
    from pg_database where datname = current_database()`)
  const tables = await client.query(`
    select n.nspname as schema, c.relname as name,
           (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from only %I.%I', nspname, relname), false, true, '')))[1]::text::int as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema') order by 1, 2`)
  const roles = await client.query(`select rolname as name from pg_roles where rolname !~ '^pg_' order by 1`)
  const [row] = rows
  assert.ok(row)
  return {
    ...{ serverVersion: row.serverVersion, dumpMajor: major, database: row.database, encoding: row.encoding },
    ...{ collation: { provider: 'libc', collate: row.collate, ctype: row.ctype, locale: null } },
    ...{ owner: row.owner, superuser: 'postgres', roles: roles.rows.map(({ name }) => name), schemas: ['public'] },
    extensions: row.extensions.map((name: string) => ({ name, version: '1.0', schema: 'public' })),
    ...{ tables: tables.rows, sequences: [], largeObjects: 0, bytes: row.bytes, copied: 'all', counts: {} },
  }
}
