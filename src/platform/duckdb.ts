import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'

/** DuckDB counts its buffers only: the process has 100 to 200 MB more. Less than this fails to sort a day of points. */
const memoryLimit = '512MB'

/** A database in memory: all that lasts are Parquet files. Nothing is ever loaded from a network. */
export async function openDuckDb(): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const spill = spillFolder()
  mkdirSync(spill, { recursive: true, mode: 0o700 })
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    threads: '2',
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_object_cache: 'true',
  })
  return instance.connect()
}

/** What it left in the folder for temporary files, before the process ends. */
export function removeSpill(): void {
  rmSync(spillFolder(), { recursive: true, force: true })
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A time in milliseconds as SQL writes it. */
export function instant(ms: number): string {
  return `make_timestamp_ms(${Math.round(ms)})`
}

export function parquetFiles(files: readonly string[]): string {
  return `read_parquet([${files.map(quoted).join(', ')}])`
}

function spillFolder(): string {
  return join(tmpdir(), `vigie-duckdb-${process.pid}`)
}
