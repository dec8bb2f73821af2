import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { systemClock } from '../../core/clock.ts'
import { errorCode } from '../../core/field-of.ts'
import { createTail } from './tail.ts'

export interface WrappedResult {
  /** As a shell gives it: 128 + n for a signal, 127 for no such program, 126 for one that may not be run. */
  readonly exitCode: number
  readonly durationMs: number
  /** The end of what it wrote to standard error. */
  readonly stderr: string
  /** Why it could not be started. */
  readonly failure: 'not-found' | 'not-permitted' | undefined
}

/** Signals that are for the command, whoever sends them. */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const
/** How long the end of its output is waited for when something that it left behind keeps it open. */
const drainMs = 500

/**
 * Runs a command as if it had been called itself: its standard input and output are ours, what it says to standard error
 * is passed on (and the end of it kept), and signals that we get are its own.
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  keptBytes: number,
): Promise<WrappedResult> {
  const started = systemClock.monotonicMs()
  const tail = createTail(keptBytes)
  const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'pipe'], env })
  const release = forwardSignals((signal) => child.kill(signal))
  child.stderr.on('data', (chunk: Buffer) => {
    tail.add(chunk)
    if (process.stderr.writable && !process.stderr.write(chunk)) child.stderr.pause()
  })
  const resume = (): void => void child.stderr.resume()
  // Who does not read what we say must not hold the command: from an error on nothing is passed on.
  process.stderr.on('drain', resume).on('error', resume)
  try {
    const exitCode = await exitOf(child)
    const durationMs = systemClock.monotonicMs() - started
    await drained(child)
    return { exitCode, durationMs, stderr: tail.text(), failure: undefined }
  } catch (error) {
    const code = errorCode(error)
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
    return {
      exitCode: isMissing ? 127 : 126,
      durationMs: systemClock.monotonicMs() - started,
      stderr: '',
      failure: isMissing ? 'not-found' : 'not-permitted',
    }
  } finally {
    release()
    process.stderr.off('drain', resume).off('error', resume)
    child.stderr.destroy()
  }
}

type Child = ReturnType<typeof spawn>

function exitOf(child: Child): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** Until all it said is read, but not for ever: what it left running may hold the same standard error. */
function drained(child: Child): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, drainMs)
    child.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    if (child.stderr?.readableEnded || child.stderr?.destroyed) {
      clearTimeout(timer)
      resolve()
    }
  })
}

/** Takes the place of our own handling of signals. A terminal sends Ctrl-C and Ctrl-\ to the command itself. */
function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const isTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const restore = forwarded.map((signal) => {
    const before = process.listeners(signal)
    process.removeAllListeners(signal)
    const isSent = isTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
    const forward = (): void => {
      if (!isSent) send(signal)
    }
    process.on(signal, forward)
    return () => {
      process.off(signal, forward)
      for (const listener of before) process.on(signal, listener)
    }
  })
  return () => {
    for (const one of restore) one()
  }
}
