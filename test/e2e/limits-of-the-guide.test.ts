import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { CheckStep, System } from '../../src/config/system.ts'
import { type EventServer, openStream, type Speech, startEventServer } from '../support/event-server.ts'
import { type OwnClock, ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const second = 1000
const minute = 60 * second
const start = new Date('2026-11-21T10:00:00Z')

/** What a machine and a service are like. Ratios from 0 to 1; of 100 requests, how many take longer than their limit. */
interface Given {
  readonly cpu?: number
  readonly memory?: number
  readonly slowSignIns?: number
  readonly slowRefreshes?: number
  readonly speech?: (clock: OwnClock) => Speech
}

/** Lets what was sent be heard before the clock goes on. */
async function heard(): Promise<void> {
  for (let round = 0; round < 100; round++) await turn()
}

const steady: Speech = (stream) => void openStream(stream).write('data: 1\n\n')
/** Each of them is cut once while somebody listens, and comes back. */
const dropping: Speech = (stream, connection) => {
  openStream(stream).write('retry: 1\ndata: 1\n\n')
  if (connection % 2 === 1) stream.end()
}
const stalling =
  (clock: OwnClock): Speech =>
  async (stream) => {
    openStream(stream).write('data: 1\n\n')
    await heard()
    clock.advance(18 * second)
  }
const slowToSpeak =
  (clock: OwnClock): Speech =>
  async (stream) => {
    openStream(stream)
    for (const said of [':\n\n', ':\n\n', 'data: 1\n\n']) {
      await heard()
      clock.advance(6.1 * second)
      stream.write(said)
    }
  }
const slowToOpen =
  (clock: OwnClock): Speech =>
  (stream) => {
    clock.advance(2.5 * second)
    openStream(stream).write('data: 1\n\n')
  }
const refusing: Speech = (stream) => void stream.writeHead(503).end()

/** Requests of both endpoints so far, `slow` of each hundred beyond the limit of their guide. */
function metricsAfter(looks: number, { slowSignIns = 5, slowRefreshes = 5 }: Given): string {
  const of = (endpoint: string, slow: number, limit: number): string =>
    [`${limit}`, `${limit + 0.05}`, '+Inf']
      .map((le, index) => {
        const within = index === 0 ? 100 - slow : 100
        return `http_request_duration_seconds_bucket{endpoint="${endpoint}",le="${le}"} ${looks * within}\n`
      })
      .join('')
  return `# TYPE http_request_duration_seconds histogram
${of('/api/auth/login', slowSignIns, 0.4)}${of('/api/auth/refresh', slowRefreshes, 0.25)}`
}

/** The same system, whose machine is as busy as this: what it sees is given, all else is its own. */
function busy(system: System, { cpu, memory }: Given): System {
  const seen: Readonly<Record<string, unknown>> = {
    ...(cpu !== undefined && { 'machine/cpu': { busyTicks: cpu * 1000, ticks: 1000 } }),
    ...(memory !== undefined && {
      'machine/memory': { totalBytes: 1e9, availableBytes: 1e9 * (1 - memory), container: undefined },
    }),
  }
  const steps = [...system.steps].map(([id, step]): [string, typeof step] => {
    if (step.type !== 'check' || seen[id] === undefined) return [id, step]
    const kind: CheckStep['kind'] = { ...step.kind, probe: async () => seen[id] }
    return [id, { ...step, kind }]
  })
  return { ...system, steps: new Map(steps) }
}

/** Everything that fires after a time under watch. */
async function watched<T>(given: Given, forMs: number, look: (daemon: OwnDaemon) => Promise<T>): Promise<T> {
  const clock = ownClock(start)
  await using server: EventServer = await startEventServer(given.speech?.(clock) ?? steady)
  const system = scratchSystem(`import { defineSystem, host, http } from 'vigie'
const other = { load: false, swap: false, network: false, disk: false, 'reboot-required': false, 'systemd-units': false }
export default defineSystem({
  name: 'Mathakine',
  components: {
    api: http({
      url: '${server.url}', metrics: '/metrics', events: '/events',
      checks: { status: false, latency: false, sse: { every: '1m', listen: '400ms' } },
    }),
    machine: host({ checks: other }),
  },
} as never)
`)
  const daemon = await startOwnDaemon(system, clock, (one) => busy(one, given))
  try {
    let looks = 0
    await daemon.pass(forMs, 15 * second, () => {
      looks++
      server.metrics = metricsAfter(looks, given)
    })
    return await look(daemon)
  } finally {
    await daemon.stop()
    system.remove()
  }
}

async function firing({ store }: OwnDaemon): Promise<readonly string[]> {
  const all = await store.alerts.list({ system: 'Mathakine', states: ['firing'], limit: 100 })
  return all.map(({ key }) => key.replace(/^rule:([\w-]+)\{.*$/, '$1')).toSorted()
}

async function newest({ store }: OwnDaemon, name: string, labels = {}): Promise<number | undefined> {
  const [series] = await store.series.find('Mathakine', name, labels)
  if (series === undefined) return undefined
  return (await store.series.points(series.id, 0, start.getTime() + 60 * minute)).at(-1)?.value
}

const atLimits: Given = { cpu: 0.75, memory: 0.8, slowSignIns: 5, slowRefreshes: 5 }

describe('[D12] the limits of a guide on processors, memory, sign-in, refresh and its event stream', () => {
  it('tell nobody of anything while all is within them', async () => {
    await watched(atLimits, 12 * minute, async (daemon) => {
      assert.deepEqual(await firing(daemon), [])
      assert.deepEqual(daemon.told, [])
      assert.equal(await newest(daemon, 'host_cpu_ratio'), 0.75)
      assert.equal((await newest(daemon, 'host_memory_ratio'))?.toFixed(9), '0.800000000')
      const p95 = (endpoint: string) => newest(daemon, 'http_request_seconds', { quantile: '0.95', endpoint })
      assert.deepEqual([await p95('/api/auth/login'), await p95('/api/auth/refresh')], [0.4, 0.25])
      assert.deepEqual([await newest(daemon, 'http_sse_up'), await newest(daemon, 'http_sse_drops')], [1, 0])
      for (const what of ['connect', 'first_event', 'gap']) {
        const value = (await newest(daemon, `http_sse_${what}_seconds`)) ?? Number.NaN
        assert.ok(value >= 0 && value < 2, `${what}: ${value}`)
      }
    })
  })

  const cases: readonly (readonly [what: string, given: Given, fires: string, forMs?: number])[] = [
    ['processors above 75 %', { ...atLimits, cpu: 0.76 }, 'host-cpu-warning'],
    ['memory above 80 %', { ...atLimits, memory: 0.81 }, 'host-memory-warning'],
    ['sign-ins above 400 ms at p95', { ...atLimits, slowSignIns: 6 }, 'auth-slow'],
    ['refreshes above 250 ms at p95', { ...atLimits, slowRefreshes: 6 }, 'refresh-slow'],
    ['a stream that drops', { ...atLimits, speech: () => dropping }, 'sse-drops'],
    ['a stream that stalls', { ...atLimits, speech: stalling }, 'sse-gap'],
    ['a stream whose first event is late', { ...atLimits, speech: slowToSpeak }, 'sse-first-event'],
    ['a stream that is slow to open', { ...atLimits, speech: slowToOpen }, 'sse-connect'],
    ['a stream that is not there', { ...atLimits, speech: () => refusing }, 'check api/sse fails', 3 * minute],
  ]
  for (const [what, given, fires, forMs = 8 * minute] of cases) {
    it(`tell of ${what}, and of nothing else`, async () => {
      assert.deepEqual(await watched(given, forMs, firing), [fires])
    })
  }

  it('are held against what the machine really is', async () => {
    await watched({}, 45 * second, async (daemon) => {
      for (const name of ['host_cpu_ratio', 'host_memory_ratio']) {
        const value = await newest(daemon, name)
        assert.ok(value !== undefined && value >= 0 && value <= 1, `${name}: ${value}`)
      }
    })
  })
})
