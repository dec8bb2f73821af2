import type { DuckDBConnection } from '@duckdb/node-api'
import { answerParent } from './child-asker.ts'
import { openDuckDb, parquetFiles, quoted, removeSpill } from './duckdb.ts'
import { type ParquetColumn, type ParquetRequest, type TextColumns, valueMark } from './parquet-process.ts'
import { replaceFile } from './replace-file.ts'

/** `parquet-child.ts <idle milliseconds>`: DuckDB in a process of its own, spoken to over its channel. */
const idleMs = Number(process.argv[2])

let opened: Promise<DuckDBConnection> | undefined

// Only our own parent asks, by `ParquetProcess`.
answerParent(idleMs, (request) => answer(request as ParquetRequest), removeSpill)

async function answer(request: ParquetRequest): Promise<TextColumns> {
  opened ??= openDuckDb()
  const db = await opened
  if (request.op === 'read') return read(db, request.file, request.columns)
  await write(db, request.file, request.columns, request.values)
  return read(
    db,
    request.file,
    request.columns.map(({ name }) => name),
  )
}

async function write(
  db: DuckDBConnection,
  file: string,
  columns: readonly ParquetColumn[],
  values: TextColumns,
): Promise<void> {
  await db.run(`create or replace temp table given (${columns.map((_, index) => `c${index} varchar`).join(', ')})`)
  const appender = await db.createAppender('given')
  for (let row = 0; row < (values[0]?.length ?? 0); row++) {
    for (const column of values) {
      const value = column[row] ?? null
      if (value === null) appender.appendNull()
      else appender.appendVarchar(value)
    }
    appender.endRow()
  }
  appender.closeSync()
  const typed = columns.map(({ name, type }, index) => `cast(c${index} as ${type}) as ${identifier(name)}`).join(', ')
  await db.run(`create or replace temp table typed as select ${typed} from given`).catch((error: Error) => {
    throw new Error(`${valueMark}${error.message}`)
  })
  await replaceFile(file, async (part) => {
    await db.run(`copy typed to ${quoted(part)} (format parquet, compression zstd)`)
  })
}

async function read(db: DuckDBConnection, file: string, columns: readonly string[]): Promise<TextColumns> {
  const texts = columns.map((name, index) => `${identifier(name)}::varchar as c${index}`).join(', ')
  const found = await db.runAndReadAll(`select ${texts} from ${parquetFiles([file])}`)
  // Every column was asked for as text.
  return found.getColumns() as TextColumns
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
