import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { CheckStep, System, TaskStep } from '../../src/config/system.ts'
import { cpuCheck } from '../../src/integrations/host/checks/cpu.ts'
import { memoryCheck } from '../../src/integrations/host/checks/memory.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { type OwnClock, ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const minute = 60_000
/** The beat of the processors' check and of a service's own metrics. */
const look = 15_000

interface Told {
  readonly state: string
  readonly severity: string
  readonly title: string
}

describe('limits that stand for a time, from the look to the message of a real channel', () => {
  let api: HttpReceiver
  let team: HttpReceiver
  let system: ScratchSystem
  let daemon: OwnDaemon
  let clock: OwnClock
  /** What the machine and the service are like at the next look. */
  let world: {
    cpu: number
    memory: number
    errors: number
    /** An endpoint of which one answer in eight takes so long. */
    slow: { endpoint: string; seconds: number } | undefined
  }
  let served: { requests: number; errors: number; endpoints: Map<string, Served> }

  const told = (): Told[] =>
    team.received.flatMap(({ body }) =>
      JSON.parse(body).data.alerts.map(({ state, severity, title }: Told) => ({ state, severity, title })),
    )
  const lines = (): string[] => told().map(({ state, severity, title }) => `${state} ${severity} ${title}`)
  /** The service goes on for one look: 100 requests a second. */
  const serve = (): void => {
    served.requests += 1500
    served.errors += 1500 * world.errors
    for (const [endpoint, one] of served.endpoints) {
      const slow = world.slow?.endpoint === endpoint ? one.perLook / 8 : 0
      serveIn(one, one.usual, one.perLook - slow)
      serveIn(one, world.slow?.seconds ?? 0, slow)
    }
    const { requests, errors } = served
    const body = [
      '# TYPE http_requests_total counter',
      `http_requests_total{status="200"} ${requests - errors}`,
      `http_requests_total{status="500"} ${errors}`,
      '# TYPE http_request_duration_seconds histogram',
      ...[...served.endpoints].flatMap(([endpoint, one]) => histogramOf(endpoint, one)),
    ]
    api.answer({ status: 200, headers: { 'content-type': 'text/plain; version=0.0.4' }, body: `${body.join('\n')}\n` })
  }
  const pass = (ms: number, changes: Partial<typeof world> = {}): Promise<void> => {
    Object.assign(world, changes)
    return daemon.pass(ms, look, serve)
  }
  /** Checks of the machine with their own judgement; what /proc would tell is ours to say. */
  const onOurMachine = (real: System): System => ({
    ...real,
    steps: new Map(
      [...real.steps].map(([id, step]): [string, CheckStep | TaskStep] => {
        if (step.type !== 'check') return [id, step]
        const retry = { attempts: 1, delayMs: 0 }
        const probes = {
          'host-cpu': { ...cpuCheck, retry, probe: async () => ({ busyTicks: world.cpu * 5000, ticks: 5000 }) },
          'host-memory': {
            ...memoryCheck,
            retry,
            probe: async () => ({ totalBytes: 1e10, availableBytes: 1e10 * (1 - world.memory), container: undefined }),
          },
        }
        const kind = Object.entries(probes).find(([name]) => name === step.kind.kind)?.[1]
        return [id, kind === undefined ? step : { ...step, kind }]
      }),
    ),
  })

  beforeEach(async () => {
    world = { cpu: 0.3, memory: 0.4, errors: 0, slow: undefined }
    served = { requests: 0, errors: 0, endpoints: endpointsServed() }
    api = await startHttpReceiver()
    team = await startHttpReceiver()
    system = scratchSystem(`import { defineSystem, host, http, webhook } from 'vigie'
const left = { every: false } as const
export default defineSystem({
  name: 'Mathakine', timezone: 'Europe/Paris',
  components: {
    machine: host({ checks: { load: left, swap: left, network: left, disk: left, 'reboot-required': left, 'systemd-units': left } }),
    api: http({ url: '${api.url}', metrics: '/metrics', checks: { status: left, latency: left } }),
  },
  channels: { team: webhook({ url: '${team.url}/alerts', allowPrivate: true }) },
})
`)
    serve()
    clock = ownClock(new Date('2026-11-21T10:00:00Z'))
    daemon = await startOwnDaemon(system, clock, onOurMachine)
    await pass(10 * minute)
    assert.deepEqual(lines(), [])
  })
  afterEach(async () => {
    await daemon.stop()
    system.remove()
    for (const one of [api, team]) await one[Symbol.asyncDispose]()
  })

  for (const { what, bad, around, says } of [
    {
      what: 'processors above 80 %',
      bad: { cpu: 0.81 },
      around: [{ cpu: 0.79 }, { cpu: 0.81 }],
      says: 'machine: processors at 81%, above 80% for 5\u00a0min',
    },
    {
      what: 'memory above 85 %',
      bad: { memory: 0.86 },
      around: [{ memory: 0.84 }, { memory: 0.86 }],
      says: 'machine: memory at 86%, above 85% for 5\u00a0min',
    },
  ]) {
    it(`[D16] ${what} for 5 minutes: one message, none for the swings around it, one when it is over`, async () => {
      await pass(4 * minute, bad)
      assert.deepEqual(lines(), [], 'not before its time')
      await pass(2 * minute, bad)
      await team.until(1)
      assert.deepEqual(lines(), [`firing high ${says}`])
      for (let swing = 0; swing < 60; swing++) await pass(minute / 2, around[swing % 2])
      assert.deepEqual(lines(), [`firing high ${says}`])
      await pass(12 * minute, { cpu: 0.3, memory: 0.4 })
      await team.until(2)
      assert.deepEqual(lines(), [`firing high ${says}`, `resolved high ${says}`])
      assert.deepEqual(daemon.told, [])
    })
  }

  it('[D16] server errors above 1 %: one message, none for the swings around it, one when it is over', async () => {
    await pass(10 * minute, { errors: 0.01 })
    assert.deepEqual(lines(), [], 'at the limit nobody is told')
    await pass(6 * minute, { errors: 0.02 })
    const fires = /^firing medium api: [12](\.\d+)?% of the answers are server errors, above 1%/
    assert.equal(lines().length, 1)
    for (let swing = 0; swing < 60; swing++) await pass(minute / 2, { errors: swing % 2 === 0 ? 0.005 : 0.016 })
    assert.equal(lines().length, 1)
    await pass(15 * minute, { errors: 0 })
    const [first = '', last = '', ...others] = lines()
    assert.match(first, fires)
    assert.match(last, /^resolved medium api: .* server errors/)
    assert.deepEqual(others, [])
  })

  for (const { endpoint, seconds, says } of [
    {
      endpoint: '/pages',
      seconds: 3,
      says: /^(?<state>\w+) high api: one answer in twenty takes 2\.\d+\u00a0s or more, above 2\u00a0s for 5\u00a0min$/,
    },
    {
      endpoint: '/api/auth/login',
      seconds: 0.45,
      says: /^(?<state>\w+) high api \/api\/auth\/login: .* takes 4\d\d\u00a0ms or more, above 400\u00a0ms for 5\u00a0min$/,
    },
    {
      endpoint: '/api/auth/refresh',
      seconds: 0.27,
      says: /^(?<state>\w+) high api \/api\/auth\/refresh: .* takes 2\d\d\u00a0ms or more, above 250\u00a0ms for 5\u00a0min$/,
    },
  ]) {
    it(`[D16] [E17] tells the team once when the response time of ${endpoint} passes its limit, and once when it is back`, async () => {
      await pass(4 * minute, { slow: { endpoint, seconds } })
      assert.deepEqual(lines(), [], 'not before its time')
      await pass(4 * minute)
      for (let swing = 0; swing < 40; swing++)
        await pass(minute / 2, { slow: swing % 2 === 0 ? undefined : { endpoint, seconds } })
      assert.deepEqual(
        lines().map((line) => says.exec(line)?.groups?.['state'] ?? line),
        ['firing'],
      )
      await pass(12 * minute, { slow: undefined })
      assert.deepEqual(
        lines().map((line) => says.exec(line)?.groups?.['state'] ?? line),
        ['firing', 'resolved'],
      )
    })
  }
})

/** What the service counts of one endpoint. */
interface Served {
  readonly perLook: number
  readonly usual: number
  readonly buckets: Map<number, number>
}
const bounds = [0.1, 0.2, 0.3, 0.4, 0.5, 1, 4]

function endpointsServed(): Map<string, Served> {
  const of = (perLook: number, usual: number): Served => ({
    perLook,
    usual,
    buckets: new Map(bounds.map((le) => [le, 0])),
  })
  return new Map([
    ['/pages', of(1400, 0.15)],
    ['/api/auth/login', of(60, 0.15)],
    ['/api/auth/refresh', of(40, 0.05)],
  ])
}

/** So many more requests that took so long. */
function serveIn({ buckets }: Served, seconds: number, count: number): void {
  for (const [le, known] of buckets) if (seconds <= le) buckets.set(le, known + count)
}

function histogramOf(endpoint: string, { buckets }: Served): string[] {
  const total = buckets.get(4) ?? 0
  const line = (name: string, more: string, value: number): string =>
    `http_request_duration_seconds_${name}{handler="${endpoint}"${more}} ${value}`
  return [
    ...[...buckets].map(([le, count]) => line('bucket', `,le="${le}"`, count)),
    line('bucket', ',le="+Inf"', total),
    line('count', '', total),
    line('sum', '', total / 10),
  ]
}
