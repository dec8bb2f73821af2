import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { randomFrom } from './random-from.ts'

/** What `outbox-child.ts` does in one life. */
export interface ChildTask {
  readonly dir: string
  readonly url: string
  readonly name: string
  /** Where its own clock begins, milliseconds since 1970. */
  readonly startMs: number
  /** At which point of its work it ends itself; 0: never. */
  readonly killAt: number
  readonly rounds: number
  /** Alerts that the life before began to decide. */
  readonly again: readonly string[]
}

export interface TortureResult {
  readonly kills: number
  readonly decided: number
  /** Decided, and never told. */
  readonly lost: readonly string[]
  /** Told in two messages, which whoever receives them cannot know as one. */
  readonly doubled: readonly string[]
  /** Messages that came more than once under their one id: what at least once means. */
  readonly resent: number
}

/** Longer than a claim, so that the next life may take over. */
const lifeMs = 600_000
/** From the first statement of a start to some messages later. */
const mostPoints = 400
/** More than any life has before it is ended. */
const rounds = 1000

/**
 * Kills a process that decides and tells alerts at `runs` moments, chosen by the seed: at a point of its work, or (every
 * fourth) by the receiver, when a message has come and before it is answered. Then lets one life end in peace.
 */
export async function outboxTorture({ runs, seed }: { runs: number; seed: number }): Promise<TortureResult> {
  const random = randomFrom(seed)
  const dir = await mkdtemp(join(tmpdir(), 'vigie-torture-'))
  const program = await bundled(join(dir, 'child.mjs'))
  const told = new Map<string, Set<string>>()
  const sendings = new Map<string, number>()
  let victim: ChildProcess | undefined
  let killAtRequest = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const id = String(request.headers['webhook-id'])
    sendings.set(id, (sendings.get(id) ?? 0) + 1)
    for (const { alert } of JSON.parse(Buffer.concat(chunks).toString()).data.alerts as { alert: string }[]) {
      told.set(alert, (told.get(alert) ?? new Set()).add(id))
    }
    killAtRequest--
    if (killAtRequest === 0) victim?.kill('SIGKILL')
    else response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${tcpAddress(server).port}/`
  const decided = new Set<string>()
  let again: readonly string[] = []
  let kills = 0
  const live = async (life: number, killAt: number): Promise<void> => {
    const name = `life${life}`
    const startMs = Date.UTC(2026, 10, 21) + life * lifeMs
    const task: ChildTask = {
      dir: join(dir, 'data'),
      url,
      name,
      startMs,
      killAt,
      rounds: life === runs ? 0 : rounds,
      again,
    }
    victim = spawn(process.execPath, [program, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(dir, 'compiled') },
    })
    const { out, errors, signal } = await ended(victim)
    for (const line of out.split('\n')) {
      const [word, ...ids] = line.split(' ')
      if (word === 'deciding') again = ids
      if (word === 'decided') {
        for (const id of ids) decided.add(id)
        again = []
      }
    }
    if (signal === 'SIGKILL') kills++
    else if (!out.includes('done')) throw new Error(`life ${life} ended by itself: ${errors}`)
  }
  try {
    for (let life = 0; life < runs; life++) {
      const isByReceiver = life % 4 === 3
      killAtRequest = isByReceiver ? 1 + Math.floor(random() * 3) : 0
      await live(life, isByReceiver ? 0 : 1 + Math.floor(random() * mostPoints))
    }
    killAtRequest = 0
    await live(runs, 0)
  } finally {
    server.closeAllConnections()
    server.close()
    await rm(dir, { recursive: true })
  }
  return {
    kills,
    decided: decided.size,
    lost: [...decided].filter((id) => !told.has(id)),
    doubled: [...told].filter(([, ids]) => ids.size > 1).map(([alert]) => alert),
    resent: [...sendings.values()].filter((count) => count > 1).length,
  }
}

/** One file starts in a fraction of the time that a hundred modules take, and there are hundreds of starts. */
async function bundled(outfile: string): Promise<string> {
  const entry = fileURLToPath(new URL('outbox-child.ts', import.meta.url))
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node24', logLevel: 'error' } as const
  await build({ ...common, entryPoints: [entry], outfile, external: ['pg', 'nodemailer', 'undici'] })
  return outfile
}

async function ended(child: ChildProcess): Promise<{ out: string; errors: string; signal: NodeJS.Signals | null }> {
  let out = ''
  let errors = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by)))
  // A last line without its end was cut by the kill.
  return { out: out.slice(0, out.lastIndexOf('\n') + 1), errors, signal }
}
