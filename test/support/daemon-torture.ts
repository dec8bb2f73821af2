import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open.ts'
import type { TortureResult } from './outbox-torture.ts'
import { randomFrom } from './random-from.ts'

/** What `daemon-child.ts` does in one life. */
export interface ChildLife {
  readonly dir: string
  readonly config: string
  /** Where its clock begins, milliseconds since 1970. */
  readonly startMs: number
  /** How many times faster than the real one its clock runs. */
  readonly speed: number
  /** At which point after its first decision it ends itself; 0: never. */
  readonly killAt: number
}

/** Something that is wrong with one component, from when it broke until its end was told. */
interface Cause {
  readonly component: string
  /** Alerts that told of it, each with the messages that said that it fires and that it is over. */
  readonly alerts: Map<string, { readonly firing: Set<string>; readonly resolved: Set<string> }>
}

const components = ['one', 'two', 'three'] as const
const speed = 20
/** Longer than a claim, so that the next life may take over. */
const pauseMs = 120_000
/** From the first statement of a decision to a little after its delivery. */
const mostPoints = 150
const longestLifeMs = 120_000

/**
 * Kills the daemon that watches three services at `runs` moments between "decided" and "delivered", chosen by the seed: at
 * a point of its work, or (every fourth) by the receiver, when a message has come and before it is answered. A service
 * breaks as soon as the end of its last trouble was told, and is repaired as soon as its trouble was told. Then lets one
 * life end in peace.
 */
export async function daemonTorture({ runs, seed }: { runs: number; seed: number }): Promise<TortureResult> {
  const random = randomFrom(seed)
  const dir = await mkdtemp(join(tmpdir(), 'vigie-daemon-torture-'))
  const causes: Cause[] = []
  const current = new Map<string, Cause>()
  const broken = new Set<string>()
  const sendings = new Map<string, number>()
  let isEnding = false
  let killAtRequest = 0
  let victim: ChildProcess | undefined
  let settled = (): void => undefined

  const breakIt = (component: string): void => {
    const cause: Cause = { component, alerts: new Map() }
    causes.push(cause)
    current.set(component, cause)
    broken.add(component)
  }
  const take = (id: string, alerts: readonly { alert: string; component: string; state: string }[]): void => {
    const seen = sendings.get(id) ?? 0
    sendings.set(id, seen + 1)
    if (seen > 0) return
    for (const { alert, component, state } of alerts) {
      const cause = causes.find(({ alerts: known }) => known.has(alert)) ?? current.get(component)
      if (cause === undefined) throw new Error(`told of ${component}, which nothing is wrong with`)
      const told = cause.alerts.get(alert) ?? { firing: new Set(), resolved: new Set() }
      cause.alerts.set(alert, told)
      if (state === 'firing') {
        told.firing.add(id)
        broken.delete(component)
      } else {
        told.resolved.add(id)
        if (current.get(component) !== cause) continue
        current.delete(component)
        if (!isEnding) breakIt(component)
        else if (current.size === 0) settled()
      }
    }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = request.url?.slice(1) ?? ''
    if (path !== 'told') {
      response.writeHead(broken.has(path) ? 503 : 200).end()
      return
    }
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString())
    if (type === 'vigie.alerts') take(String(request.headers['webhook-id']), data.alerts)
    killAtRequest--
    if (killAtRequest === 0) victim?.kill('SIGKILL')
    else response.end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = join(dir, 'vigie.config.json')
  await writeFile(config, JSON.stringify(configOf(url)))

  let kills = 0
  const beganMs = performance.now()
  const begin = (life: number, killAt: number): { ended: Promise<NodeJS.Signals | null>; errors: () => string } => {
    const startMs = Date.UTC(2026, 10, 21, 10) + (performance.now() - beganMs) * speed + life * pauseMs
    const task: ChildLife = { dir, config, startMs, speed, killAt }
    const child = spawn(process.execPath, [join(import.meta.dirname, 'daemon-child.ts'), JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_COMPILE_CACHE: compileCache },
    })
    victim = child
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    return { ended: once(child, 'close').then(([, signal]) => signal), errors: () => errors }
  }
  /** The same work, or undefined when it takes longer than any life may. */
  const orTooLong = async <T>(work: Promise<T>): Promise<T | undefined> => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const over = setTimeout(() => resolve(undefined), longestLifeMs)
    return Promise.race([work, promise]).finally(() => clearTimeout(over))
  }
  try {
    for (const component of components) breakIt(component)
    for (let life = 0; life < runs; life++) {
      const isByReceiver = life % 4 === 3
      killAtRequest = isByReceiver ? 1 + Math.floor(random() * 3) : 0
      const { ended, errors } = begin(life, isByReceiver ? 0 : 1 + Math.floor(random() * mostPoints))
      const signal = await orTooLong(ended)
      // It tells nothing any more: what is lost shows below.
      if (signal === undefined) {
        victim?.kill('SIGKILL')
        await ended
        break
      }
      if (signal !== 'SIGKILL') throw new Error(`life ${life} ended by itself: ${errors()}`)
      kills++
    }
    killAtRequest = 0
    isEnding = true
    const { ended } = begin(runs, 0)
    // What was told before is over; else the end of the last trouble says so.
    await orTooLong(
      new Promise<void>((resolve) => {
        settled = resolve
        if (current.size === 0) settled()
      }),
    )
    victim?.kill('SIGTERM')
    await ended
    return { kills, ...(await judged(dir, causes, sendings)) }
  } finally {
    victim?.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
    await rm(dir, { recursive: true })
  }
}

const compileCache = join(import.meta.dirname, '..', '..', '.artifacts', 'compile-cache')

function configOf(url: string): object {
  const checks = { status: { every: '1s' }, latency: false }
  return {
    name: 'Torture',
    components: Object.fromEntries(components.map((name) => [name, { kind: 'http', url: `${url}/${name}`, checks }])),
    channels: { team: { kind: 'webhook', url: `${url}/told`, allowPrivate: true } },
  }
}

/** Every trouble is told by one alert, and every alert that the state holds begins and ends in one message each. */
async function judged(
  dir: string,
  causes: readonly Cause[],
  sendings: ReadonlyMap<string, number>,
): Promise<Omit<TortureResult, 'kills'>> {
  const store = await openStore({ kind: 'sqlite', dir: join(dir, '.vigie') })
  const decided = await store.alerts.list({ limit: 100_000 })
  await store.close()
  const told = new Map(causes.flatMap(({ alerts }) => [...alerts]))
  const untold = decided.filter(({ id, firedAt, state }) => {
    const { firing, resolved } = told.get(id) ?? {}
    return firedAt !== undefined && (!firing?.size || (state === 'resolved' && !resolved?.size))
  })
  const nameOf = ({ component, alerts }: Cause): string => `${component} ${[...alerts.keys()].join(' ')}`
  return {
    decided: decided.length,
    lost: [...causes.filter(({ alerts }) => alerts.size === 0).map(nameOf), ...untold.map(({ id }) => id)],
    doubled: causes
      .filter(
        ({ alerts }) =>
          alerts.size > 1 || [...alerts.values()].some(({ firing, resolved }) => firing.size > 1 || resolved.size > 1),
      )
      .map(nameOf),
    resent: [...sendings.values()].filter((count) => count > 1).length,
  }
}
