import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { isProcessAlive } from './process-alive.ts'

const run = promisify(execFile)

/** Whoever a program runs as. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

export interface GuardedServer {
  readonly pid: number
  /** It has not ended by itself. */
  isAlive(): boolean
  /** Ends it and removes its folders. */
  stop(): Promise<void>
}

export interface GuardedServerSpec {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  /** Another user than ours; only root can. */
  readonly identity?: Identity
  /** What it says goes there. */
  readonly log: string
  /** All that it makes is in there; they are removed after it. */
  readonly folders: readonly [string, string]
}

const stopLimitMs = 20_000

/**
 * A shell starts the server and then reads a pipe that only we hold open: so the server ends, and its folders go, when this
 * process ends in whatever way, SIGKILL included. What it holds is to be thrown away: it is asked to end at once (SIGQUIT),
 * then made to.
 */
const guard = `
  one="$1"; two="$2"; log="$3"; shift 3
  nice -n 10 "$@" < /dev/null > "$log" 2>&1 &
  pid=$!
  echo "$pid"
  cat > /dev/null
  kill -QUIT "$pid" 2> /dev/null
  n=0
  while [ "$n" -lt 100 ] && kill -0 "$pid" 2> /dev/null; do sleep 0.1; n=$((n + 1)); done
  kill -KILL "$pid" 2> /dev/null
  wait "$pid"
  rm -rf "$one" "$two"`

/**
 * Starts a server that lives as long as it is wanted, without any network where this machine can do that: what it was given
 * to hold may want to call somebody. It is not waited for until it is ready.
 */
export async function startGuarded({ argv, env, identity, log, folders }: GuardedServerSpec): Promise<GuardedServer> {
  const isolated = await isolation(identity)
  const own = isolated === undefined && identity !== undefined ? identity : {}
  const [program, ...args] = [...(isolated ?? []), '/bin/sh', '-c', guard, 'guard', ...folders, log, ...argv]
  const shell = spawn(program ?? '', args, {
    ...own,
    env,
    cwd: '/',
    // A session of its own: Ctrl-C in a terminal does not end it before its work is done.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  shell.stdin.on('error', () => undefined)
  const pid = await pidOf(shell)
  const ended = once(shell, 'exit')
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  return {
    pid,
    isAlive: () => !isOver && isProcessAlive(pid),
    stop: async () => {
      shell.stdin.end()
      const timer = setTimeout(() => send(pid, 'SIGKILL'), stopLimitMs)
      if (!isOver) await ended
      clearTimeout(timer)
    },
  }
}

/** What a program is started by to be without a network, as the user that is wanted; undefined where that cannot be done. */
async function isolation(identity: Identity | undefined): Promise<readonly string[] | undefined> {
  const argv =
    identity === undefined
      ? ['unshare', '--user', '--map-current-user', '--net', '--']
      : [
          ...['unshare', '--net', '--', 'setpriv', '--reuid', String(identity.uid), '--regid', String(identity.gid)],
          ...['--clear-groups', '--'],
        ]
  const [program = '', ...args] = argv
  return run(program, [...args, 'true'], { cwd: '/', timeout: 5000 }).then(
    () => argv,
    () => undefined,
  )
}

async function pidOf(shell: ChildProcess): Promise<number> {
  const failed = new Promise<never>((_, reject) => {
    shell.once('error', reject)
    shell.once('exit', (code) => reject(new Error(`the guard of a server ended with ${code}`)))
  })
  // When the line has come, nobody listens to it any more.
  failed.catch(() => undefined)
  let said = ''
  const line = new Promise<number>((resolve) => {
    shell.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      if (said.includes('\n')) resolve(Number.parseInt(said, 10))
    })
  })
  return Promise.race([line, failed])
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, which is what was wanted.
  }
}
