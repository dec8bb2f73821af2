import { isUtf8 } from 'node:buffer'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { CommandResult, CommandSpec } from '../core/context.ts'
import { endAtExit } from './end-at-exit.ts'
import { OutputBuffer } from './output-buffer.ts'
import { endLeftovers, endProcessTree } from './process-tree.ts'

const defaultMaxOutput = 1_000_000
const defaultTimeoutMs = 60_000
const defaultGraceMs = 2000
/** A background child may keep the pipes open after the command itself ended: this long is listened to it. */
const drainMs = 200
/** The only variables of ours that a command gets: no secret of Vigie's own environment reaches it. */
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'USER', 'TMPDIR']

/**
 * Runs a command without a shell. At its time limit, or when `signal` is aborted, its whole process tree is ended; what
 * it left in the background when it ended by itself is ended too. Throws only when this machine could not start any command.
 */
export async function runCommand(
  spec: CommandSpec,
  { signal, graceMs = defaultGraceMs }: { signal: AbortSignal; graceMs?: number },
): Promise<CommandResult> {
  const started = performance.now()
  const limit = spec.maxOutputBytes ?? defaultMaxOutput
  const stdout = new OutputBuffer(limit)
  const stderr = new OutputBuffer(limit)
  const marker = `VIGIE_STEP=${randomBytes(12).toString('hex')}`
  const [program, ...args] = spec.argv
  const child: ChildProcess = spawn(program, args, {
    cwd: spec.cwd,
    env: { ...ownEnvironment(), ...spec.env, VIGIE_STEP: marker.slice('VIGIE_STEP='.length) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const ended = outcomeOf(child)
  // It is waited for below; when the limit is reached first, nobody listens to it any more.
  ended.catch(() => undefined)
  const isEnded = child.pid === undefined ? undefined : endAtExit(child.pid, marker)
  // Without a file descriptor left there are no streams, whatever the types say.
  child.stdout?.on('data', (chunk: Buffer) => stdout.add(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk))
  // A command that does not read its input is no failure of ours.
  child.stdin?.on('error', () => undefined).end(spec.stdin ?? '')

  const timer = new AbortController()
  const over = AbortSignal.any([signal, AbortSignal.timeout(spec.timeoutMs ?? defaultTimeoutMs)])
  const stop = new Promise<'stopped'>((resolve) => {
    if (over.aborted) resolve('stopped')
    else over.addEventListener('abort', () => resolve('stopped'), { once: true, signal: timer.signal })
  })
  const first = await Promise.race([ended, stop])
  timer.abort()
  let outcome: Outcome
  if (first === 'stopped') {
    if (child.pid !== undefined) await endProcessTree(child.pid, marker, graceMs)
    outcome = { outcome: 'timed-out', exitCode: undefined, signal: undefined }
  } else {
    outcome = first
    await Promise.race([closed(child), wait(drainMs)])
    if (child.pid !== undefined) await endLeftovers(marker, graceMs)
  }
  isEnded?.()
  child.stdout?.destroy()
  child.stderr?.destroy()
  child.unref()
  const outputs = [stdout.bytes(), stderr.bytes()] as const
  return {
    ...outcome,
    stdout: outputs[0].toString('utf8'),
    stderr: outputs[1].toString('utf8'),
    outputBytes: stdout.total + stderr.total,
    isTruncated: stdout.isTruncated || stderr.isTruncated,
    isBinary: outputs.some(
      (bytes) => bytes.includes(0) || (!isUtf8(bytes) && !stdout.isTruncated && !stderr.isTruncated),
    ),
    durationMs: performance.now() - started,
  }
}

type Outcome = Pick<CommandResult, 'outcome' | 'exitCode' | 'signal'>

/** What is not here is our own want of processes, files or memory: to call it "not installed" would send people astray. */
const unstarted: Readonly<Record<string, Outcome['outcome']>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const outcome = unstarted[error.code ?? '']
      if (outcome === undefined) reject(error)
      else resolve({ outcome, exitCode: undefined, signal: undefined })
    })
    child.once('exit', (code, signal) => {
      if (signal !== null) resolve({ outcome: 'signaled', exitCode: undefined, signal })
      else resolve({ outcome: 'exited', exitCode: code ?? undefined, signal: undefined })
    })
  })
}

function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.stdout?.closed && child.stderr?.closed) resolve()
    else child.once('close', () => resolve())
  })
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
