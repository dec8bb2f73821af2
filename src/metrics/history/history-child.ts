import type { DuckDBConnection } from '@duckdb/node-api'
import { answerParent } from '../../platform/child-asker.ts'
import { openDuckDb, parquetFiles, removeSpill } from '../../platform/duckdb.ts'
import type { HistoryAnswers, HistoryRequest } from './protocol.ts'
import { readSpan } from './read-span.ts'
import { tables, writeDay } from './write-day.ts'

/**
 * The process in which DuckDB lives: `history-child.ts <idle milliseconds>`, spoken to over its channel. It ends when it
 * was asked nothing for that long, and with the process that began it.
 */
const idleMs = Number(process.argv[2])

let opened: Promise<DuckDBConnection> | undefined

// Only our own parent asks, by `HistoryProcess`.
answerParent(idleMs, (request) => answer(request as HistoryRequest), removeSpill)

async function answer(request: HistoryRequest): Promise<HistoryAnswers[keyof HistoryAnswers]> {
  opened ??= open()
  const db = await opened
  switch (request.op) {
    case 'begin':
      await db.run('delete from added')
      await db.run('delete from described')
      return null
    case 'describe': {
      const appender = await db.createAppender('described')
      for (const { id, class: own, system, name, labels } of request.series) {
        appender.appendInteger(id)
        for (const text of [own, system, name, labels]) appender.appendVarchar(text)
        appender.endRow()
      }
      appender.closeSync()
      return null
    }
    case 'add': {
      const appender = await db.createAppender('added')
      for (const [index, series] of request.series.entries()) {
        appender.appendInteger(series)
        appender.appendBigInt(BigInt(request.at[index] ?? 0))
        appender.appendDouble(request.value[index] ?? 0)
        appender.endRow()
      }
      appender.closeSync()
      return null
    }
    case 'write':
      return writeDay(db, request.root, request.class, request.day)
    case 'read':
      return readSpan(db, request)
    case 'oldest': {
      const found = await db.runAndReadAll(`select epoch_ms(min(time))::double from ${parquetFiles([request.file])}`)
      const at = found.value(0, 0)
      return { at: typeof at === 'number' ? at : null }
    }
  }
}

async function open(): Promise<DuckDBConnection> {
  const db = await openDuckDb()
  for (const table of tables) await db.run(table)
  return db
}
