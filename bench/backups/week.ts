import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'

const run = promisify(execFile)
/** pgbench makes about 15 MB at scale 1. */
const megabytesOfScale = 15

/** A database of so many MB, as pgbench fills it. */
export async function fillDatabase(pgbench: string, url: string, megabytes: number): Promise<void> {
  await run(pgbench, ['-i', '-q', '-s', String(Math.max(1, Math.round(megabytes / megabytesOfScale))), url])
}

/** A tree of files with text of about 27 kB each, which packs to three quarters. */
export function fillTree(root: string, files: number): void {
  for (let file = 0; file < files; file++) {
    const folder = join(root, `f${Math.floor(file / 500)}`)
    if (file % 500 === 0) mkdirSync(folder, { recursive: true })
    writeFile(root, file)
  }
}

/** A day: a twentieth of the rows and of the files changes, chosen anew each day, and new ones come. */
export async function oneDay(admin: pg.Client, root: string, files: number): Promise<void> {
  await admin.query(
    `update pgbench_accounts set abalance = (random() * 1000000)::int
     where aid in (select 1 + floor(random() * (select max(aid) from pgbench_accounts))::int
                   from generate_series(1, (select max(aid) / 20 from pgbench_accounts)))`,
  )
  await admin.query(
    'insert into pgbench_history select n % 10, n % 7, n, n % 100, now() from generate_series(1, 20000) n',
  )
  await admin.query('checkpoint')
  for (let change = 0; change < files / 20; change++) writeFile(root, Math.floor(Math.random() * files))
}

function writeFile(root: string, file: number): void {
  writeFileSync(
    join(root, `f${Math.floor(file / 500)}`, `document-${file}.txt`),
    randomBytes(20_000).toString('base64'),
  )
}
