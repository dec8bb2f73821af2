import { isUtf8 } from 'node:buffer'
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import type { CommandResult, CommandSpec } from '../core/context.ts'
import { feed, handOn } from './command-streams.ts'
import { newMarker, tracesOf } from './command-traces.ts'
import { endAtExit } from './end-at-exit.ts'
import { launch } from './launch.ts'
import { endOrphans } from './orphans.ts'
import { OutputBuffer } from './output-buffer.ts'
import { endProcesses } from './process-tree.ts'
import { watchChildren } from './process-watch.ts'

const defaultMaxOutput = 1_000_000
const defaultTimeoutMs = 60_000
const defaultGraceMs = 2000
/** A background child may keep the pipes open after the command itself ended: this long is listened to it. */
const drainMs = 200
/** The only variables of ours that a command gets: no secret of Vigie's own environment reaches it. */
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'USER', 'TMPDIR']

/**
 * Runs a command without a shell. At its time limit, or when `signal` is aborted, its whole process tree is ended; what
 * it left in the background when it ended by itself is ended too. The first command of our life ends what a Vigie that was
 * killed left behind. Throws only when this machine could not start any command, and what `stdin` or `onStdout` throw.
 */
export async function runCommand(
  spec: CommandSpec,
  { signal, graceMs = defaultGraceMs }: { signal: AbortSignal; graceMs?: number },
): Promise<CommandResult> {
  await endOrphans()
  let streamedBytes = 0
  const limit = spec.maxOutputBytes ?? defaultMaxOutput
  const stdout = new OutputBuffer(limit)
  const stderr = new OutputBuffer(limit)
  const marker = newMarker()
  const mark = marker.slice('VIGIE_STEP='.length)
  const env = { ...ownEnvironment(), ...spec.env, VIGIE_STEP: mark }
  const launched = await launch(spec.argv, spec.cwd, env, `vigie-${mark}`)
  const [program, ...args] = launched.argv
  let child: ChildProcess
  try {
    child = spawn(program, args, { cwd: spec.cwd, env, detached: true, stdio: 'pipe', windowsHide: true })
  } catch (error) {
    await launched.group?.remove()
    throw error
  }
  const ended = outcomeOf(child)
  // It is waited for below; when the limit is reached first, nobody listens to it any more.
  ended.catch(() => undefined)
  const traces = child.pid === undefined ? undefined : tracesOf(child.pid, marker, launched.group)
  const isEnded = traces && endAtExit(traces)
  // Without a file descriptor left there are no streams, whatever the types say.
  const { stdin, onStdout } = spec
  const streams: Promise<void>[] = []
  if (onStdout === undefined || child.stdout === null) child.stdout?.on('data', (chunk: Buffer) => stdout.add(chunk))
  else {
    const take = async (piece: Uint8Array): Promise<void> => {
      streamedBytes += piece.length
      await onStdout(piece)
    }
    streams.push(handOn(child.stdout, take))
  }
  child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk))
  // A command that does not read its input is no failure of ours.
  child.stdin?.on('error', () => undefined)
  if (typeof stdin === 'object' && child.stdin !== null) streams.push(feed(child.stdin, stdin))
  else child.stdin?.end(stdin ?? '')
  const streamed = Promise.all(streams)
  const failed = streamed.then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => ({ error }),
  )

  const unwatch = traces === undefined || traces.group !== undefined ? undefined : watchChildren(traces)
  const started = performance.now()
  const timer = new AbortController()
  const over = AbortSignal.any([signal, AbortSignal.timeout(spec.timeoutMs ?? defaultTimeoutMs)])
  const stop = new Promise<'stopped'>((resolve) => {
    if (over.aborted) resolve('stopped')
    else over.addEventListener('abort', () => resolve('stopped'), { once: true, signal: timer.signal })
  })
  let first = await Promise.race([ended, stop, failed])
  // What it wrote may lie in the pipe for as long as whoever takes it needs.
  const isOver = first === 'stopped' || 'error' in first
  if (!isOver && streams.length > 0) first = await Promise.race([streamed.then(() => ended), stop, failed])
  timer.abort()
  unwatch?.()
  let outcome: Outcome
  let ending: CommandResult['ending']
  if (first === 'stopped' || 'error' in first) {
    const isHeld = child.pid !== undefined && launched.group?.holds(child.pid) === true
    const survivors = traces === undefined ? [] : await endProcesses(traces, { graceMs, looksAtPipes: true })
    ending = { isGroupEmpty: isHeld && survivors.length === 0, survivors }
    outcome = { outcome: 'timed-out', exitCode: undefined, signal: undefined }
  } else {
    outcome = first
    const isDrained = await Promise.race([closed(child).then(() => true), wait(drainMs, false)])
    if (traces !== undefined) await endProcesses(traces, { graceMs, looksAtPipes: !isDrained })
  }
  await launched.group?.remove()
  isEnded?.()
  child.stdout?.destroy()
  child.stderr?.destroy()
  child.unref()
  if (first !== 'stopped' && 'error' in first) throw first.error
  const outputs = [stdout.bytes(), stderr.bytes()] as const
  return {
    ...outcome,
    ...(ending && { ending }),
    stdout: outputs[0].toString('utf8'),
    stderr: outputs[1].toString('utf8'),
    outputBytes: stdout.total + streamedBytes + stderr.total,
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
