import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { openDuckDb, parquetFiles } from './duckdb.ts'
import type { Envelope, HistoryAnswers, HistoryRequest, Reply } from './protocol.ts'
import { readSpan } from './read-span.ts'
import { tables, writeDay } from './write-day.ts'

/**
 * The process in which DuckDB lives: `history-child.ts <idle milliseconds>`, spoken to over its channel. It ends when it
 * was asked nothing for that long, and with the process that began it.
 */
const idleMs = Number(process.argv[2])

let opened: Promise<DuckDBConnection> | undefined
let queue: Promise<void> = Promise.resolve()
let idle = setTimeout(end, idleMs)

process.on('disconnect', end)
process.on('message', (message) => {
  clearTimeout(idle)
  // Only our own parent has the other end of the channel.
  const { id, request } = message as Envelope
  queue = queue.then(async () => {
    const reply = await answer(request).then(
      (value): Reply => ({ id, ok: true, value }),
      (error: unknown): Reply => ({ id, ok: false, detail: error instanceof Error ? error.message : String(error) }),
    )
    process.send?.(reply)
    clearTimeout(idle)
    idle = setTimeout(end, idleMs)
  })
})

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

function end(): void {
  rmSync(join(tmpdir(), `vigie-duckdb-${process.pid}`), { recursive: true, force: true })
  process.exit(0)
}
