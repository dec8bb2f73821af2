import { join } from 'node:path'
import { createChildAsker } from '../../platform/child-asker.ts'
import { packageRoot } from '../../platform/own-package.ts'
import type { HistoryAnswers, HistoryRequest } from './protocol.ts'

/** DuckDB has about 100 MB; it is not kept for longer than a person who looks around needs it. */
const defaultIdleMs = 60_000

/** The process ended while it was asked, or could not do what it was asked. */
export class HistoryError extends Error {}

/** Asks the process with DuckDB, which is begun when it is needed. */
export interface HistoryProcess {
  ask<Op extends HistoryRequest['op']>(request: Extract<HistoryRequest, { op: Op }>): Promise<HistoryAnswers[Op]>
  /** Of the process, while there is one. */
  readonly pid: number | undefined
  close(): Promise<void>
}

export function createHistoryProcess(idleMs: number = defaultIdleMs): HistoryProcess {
  const asker = createChildAsker({
    file: childFile(),
    args: [String(idleMs)],
    toError: (detail, isEnd) =>
      new HistoryError(isEnd ? `the history could not be read or written: ${detail}` : detail),
  })
  return {
    // An operation is answered with what `HistoryAnswers` has for it.
    ask: <Op extends HistoryRequest['op']>(request: Extract<HistoryRequest, { op: Op }>) =>
      asker.ask(request) as Promise<HistoryAnswers[Op]>,
    get pid() {
      return asker.pid
    },
    close: () => asker.close(),
  }
}

function childFile(): string {
  const own = import.meta.url.endsWith('.ts') ? 'src/metrics/history/history-child.ts' : 'dist/history-child.js'
  return join(packageRoot(), own)
}
