import { type ChildProcess, fork } from 'node:child_process'

/** A process that answers one question after another over its channel; see `answerParent`. */
export interface ChildAsker {
  /** Rejects with what `toError` makes of it when the process ended, or could not do it. */
  ask(request: unknown): Promise<unknown>
  /** Of the process, while there is one. */
  readonly pid: number | undefined
  close(): Promise<void>
}

export interface AskedProgram {
  /** The whole path of what it runs. */
  readonly file: string
  readonly args: readonly string[]
  toError(detail: string, isEnd: boolean): Error
}

interface Envelope {
  readonly id: number
  readonly request: unknown
}

type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly detail: string }

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The process is begun when it is first asked, and again when it has ended. */
export function createChildAsker({ file, args, toError }: AskedProgram): ChildAsker {
  const waiting = new Map<number, Waiting>()
  let child: ChildProcess | undefined
  let lastId = 0

  const begin = (): ChildProcess => {
    const one = fork(file, [...args], {
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
    else asked?.reject(toError(reply.detail, false))
  }
  const lost = (one: ChildProcess, why: string): void => {
    if (child !== one) return
    child = undefined
    for (const asked of waiting.values()) asked.reject(toError(why, true))
    waiting.clear()
  }
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        child ??= begin()
        const one = child
        const id = ++lastId
        waiting.set(id, { resolve, reject })
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

/**
 * What such a process does: answers in the order of the questions. It ends, after `end`, when it was asked nothing for so
 * many milliseconds, and with the process that began it.
 */
export function answerParent(idleMs: number, answer: (request: unknown) => Promise<unknown>, end: () => void): void {
  let queue: Promise<void> = Promise.resolve()
  const leave = (): void => {
    end()
    process.exit(0)
  }
  let idle = setTimeout(leave, idleMs)
  process.on('disconnect', leave)
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
      idle = setTimeout(leave, idleMs)
    })
  })
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
