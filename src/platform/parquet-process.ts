import { join } from 'node:path'
import { createChildAsker } from './child-asker.ts'
import { packageRoot } from './own-package.ts'

/** A column of a file; `type` is DuckDB's name for it. */
export interface ParquetColumn {
  readonly name: string
  readonly type: string
}

/** Values as texts, column by column; DuckDB reads a text as the column's type, and gives it as text again. */
export type TextColumns = readonly (readonly (string | null)[])[]

export type ParquetRequest =
  /** Writes a file whole or not at all, and gives what was read back from it. */
  | {
      readonly op: 'write'
      readonly file: string
      readonly columns: readonly ParquetColumn[]
      readonly values: TextColumns
    }
  | { readonly op: 'read'; readonly file: string; readonly columns: readonly string[] }

/** How the child begins what it says of a value that is none of its column's type. */
export const valueMark = 'value: '

/** The process ended while it was asked, or could not write or read a file. */
export class ParquetError extends Error {
  /** A value is none of its column's type; nothing was written then. */
  readonly isOfValue: boolean

  constructor(detail: string) {
    super(detail.split('\n')[0]?.slice(0, 300))
    this.isOfValue = detail.startsWith(valueMark)
  }
}

/** Writes and reads Parquet files in a process with DuckDB, which is begun when it is needed. */
export interface ParquetProcess {
  ask(request: ParquetRequest): Promise<TextColumns>
  readonly pid: number | undefined
  close(): Promise<void>
}

const idleMs = 60_000

export function createParquetProcess(): ParquetProcess {
  const own = import.meta.url.endsWith('.ts') ? 'src/platform/parquet-child.ts' : 'dist/parquet-child.js'
  const asker = createChildAsker({
    file: join(packageRoot(), own),
    args: [String(idleMs)],
    toError: (detail) => new ParquetError(detail),
  })
  return {
    // The child answers every request with columns.
    ask: (request) => asker.ask(request) as Promise<TextColumns>,
    get pid() {
      return asker.pid
    },
    close: () => asker.close(),
  }
}
