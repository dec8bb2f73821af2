import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../platform/own-package.ts'
import type { HistoryAnswers, HistoryRequest, Reply } from './protocol.ts'

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

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

export function createHistoryProcess(idleMs: number = defaultIdleMs): HistoryProcess {
  const waiting = new Map<number, Waiting>()
  let child: ChildProcess | undefined
  let lastId = 0

  const begin = (): ChildProcess => {
    const one = fork(childFile(), [String(idleMs)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] },
    })
    // Only the process that we began ourselves has the other end of the channel.
    one.on('message', (reply) => settle(one, reply as Reply))
    one.on('error', (error) => lost(one, error.message))
    one.on('exit', (code, signal) => lost(one, `it ended with ${signal ?? code}`))
    return one
  }
  const settle = (one: ChildProcess, reply: Reply): void => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) release(one)
    if (reply.ok) asked?.resolve(reply.value)
    else asked?.reject(new HistoryError(reply.detail))
  }
  const lost = (one: ChildProcess, why: string): void => {
    if (child !== one) return
    child = undefined
    for (const asked of waiting.values())
      asked.reject(new HistoryError(`the history could not be read or written: ${why}`))
    waiting.clear()
  }
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        child ??= begin()
        const one = child
        const id = ++lastId
        // An operation is answered with what `HistoryAnswers` has for it.
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
        hold(one)
        one.send({ id, request }, (error) => {
          if (error !== null) lost(one, error.message)
        })
      }),
    get pid() {
      return child?.pid
    },
    close: async () => {
      const one = child
      if (one === undefined || one.exitCode !== null) return
      const over = new Promise((resolve) => one.once('exit', resolve))
      hold(one)
      if (one.connected) one.disconnect()
      await over
    },
  }
}

/** Only while it works for us does it keep our own process from its end. */
function hold(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

function release(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}

function childFile(): string {
  const own = import.meta.url.endsWith('.ts') ? 'src/metrics/history/history-child.ts' : 'dist/history-child.js'
  return join(packageRoot(), own)
}
