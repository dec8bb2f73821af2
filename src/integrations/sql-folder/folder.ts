import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VigieError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import { noFolder, noFolderHint } from './texts.ts'

export interface SqlFile {
  /** The name without `.sql` or `.up.sql`. */
  readonly id: string
  readonly number: bigint
  readonly sql: string
  readonly checksum: string
  /** Each statement is kept as soon as it is done: for what cannot run inside a transaction. */
  readonly isWithoutTransaction: boolean
}

export interface SqlFolder {
  /** By their numbers. */
  readonly files: readonly SqlFile[]
  /** SQL files without a number. */
  readonly leftOut: readonly string[]
}

const withoutTransaction = /^\s*--\s*vigie:\s*no transaction\s*$/im

/** Reads every numbered file of a folder. Throws `usage` when it cannot be read. */
export async function readFolder(dir: string): Promise<SqlFolder> {
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new VigieError('usage', noFolder({ dir }), { hint: noFolderHint({}), cause })
  })
  const sqlFiles = names.filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql'))
  const files = sqlFiles.filter((name) => /^\d/.test(name)).map((name) => readSqlFile(dir, name))
  return {
    files: (await Promise.all(files)).toSorted((a, b) =>
      a.number < b.number ? -1 : a.number > b.number ? 1 : a.id < b.id ? -1 : 1,
    ),
    leftOut: sqlFiles.filter((name) => !/^\d/.test(name)).toSorted(),
  }
}

async function readSqlFile(dir: string, name: string): Promise<SqlFile> {
  const sql = await readFile(join(dir, name), 'utf8')
  const id = name.replace(/(?:\.up)?\.sql$/, '')
  return {
    id,
    number: BigInt(/^\d+/.exec(name)?.[0] ?? 0),
    sql,
    checksum: sha256(sql),
    isWithoutTransaction: withoutTransaction.test(sql.slice(0, 1000)),
  }
}
