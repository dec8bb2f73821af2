import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildSystem } from '../config/build-system.ts'
import type { System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import { outcome, type StepOutcome } from '../engine/outcome.ts'
import { tcpComponent } from '../integrations/tcp/component.ts'
import type { Looker } from './look.ts'
import { type WatchedSystem, watchSystem } from './watched-system.ts'

const say = message('test.say', { en: () => 'text', fr: () => 'texte' })
const pass = outcome('pass', { canClose: true, measurements: { connect_ms: 12 } })
const fail = outcome('fail', { canClose: true, findings: [{ subject: '', severity: 'critical', title: say({}) }] })

function aSystem(): System {
  const near = { kind: 'tcp', host: '127.0.0.1', port: 25 }
  const components = { mail: { kind: 'tcp', host: 'mail.example.org', port: 25 }, near }
  const built = buildSystem({ name: 'S', components, references: ['tcp://r.example.org:1'] }, '/app/c.ts', [
    tcpComponent,
  ])
  assert.ok('system' in built)
  return built.system
}

function play(open: readonly Alert[] = []): {
  watched: WatchedSystem
  look(one: StepOutcome, isUnjudged?: boolean, step?: string): Promise<void>
  told: string[]
  kept: string[]
  failures: string[]
  breakStore(isBroken: boolean): void
  decided: Alert[]
} {
  const told: string[] = []
  const kept: string[] = []
  const failures: string[] = []
  const decided: Alert[] = []
  let next: { outcome: StepOutcome; isUnjudged: boolean } = { outcome: pass, isUnjudged: false }
  let isBroken = false
  let made = 0
  const looker: Looker = {
    check: async () => ({ ...next, evidence: [], attempts: 1 }),
    collect: async () => [],
  }
  const watched = watchSystem({
    system: aSystem(),
    looker,
    sight: { references: ['r'], isGone: async () => true, seen: async () => undefined },
    now: () => new Date(1000),
    makeId: () => `a${++made}`,
    plain: ({ code }) => code,
    pointsOf: (_, measurements, at) =>
      Object.entries(measurements).map(([name, value]) => ({ name, labels: {}, at: at.getTime(), value })),
    looked: () => undefined,
    keep: (points) => kept.push(...points.map(({ name, value }) => `${name} ${value}`)),
    decide: async (alerts) => {
      if (isBroken) throw new Error('disk full')
      decided.push(...alerts)
      told.push(...alerts.map(({ state, key }) => `${state} ${key}`))
      return alerts
    },
    failed: (what, error) => failures.push(`${what}: ${error instanceof Error ? error.message : error}`),
    open,
  })
  return {
    watched,
    look: async (one, isUnjudged = false, step = 'mail/connect') => {
      next = { outcome: one, isUnjudged }
      await watched.look(`S ${step}`)
    },
    told,
    kept,
    failures,
    breakStore: (is) => {
      isBroken = is
    },
    decided,
  }
}

describe('a watched system', () => {
  it('looks at what its kinds say, and keeps what was measured', async () => {
    const { watched, look, kept, told } = play()
    assert.deepEqual(watched.entries, [
      { id: 'S mail/connect', everyMs: 60_000 },
      { id: 'S near/connect', everyMs: 60_000 },
    ])
    await look(pass)
    assert.deepEqual(kept, ['connect_ms 12'])
    assert.deepEqual(told, [])
    assert.equal(watched.lastLooks.get('mail/connect')?.status, 'pass')
  })

  it('decides again what could not be kept, so that no alert is lost', async () => {
    const { look, told, failures, breakStore } = play()
    breakStore(true)
    await look(fail)
    assert.deepEqual(failures, ['S mail/connect: disk full'])
    breakStore(false)
    await look(fail)
    await look(fail)
    assert.deepEqual(told, ['firing check mail/connect fails'])
  })

  it('ends after a restart what fired before it, and fires it no second time', async () => {
    const before = play()
    await before.look(fail)
    const after = play(before.decided)
    await after.look(fail)
    assert.deepEqual(after.told, [])
    await after.look(pass)
    await after.look(pass)
    assert.deepEqual(after.told, ['resolved check mail/connect fails'])
  })

  it('judges nothing without sight, says once that it is lost, and that it is back', async () => {
    const { look, told, kept } = play()
    await look(fail, true)
    await look(fail, true)
    assert.deepEqual(told, ['firing watch sight'])
    assert.deepEqual(kept, [])
    await look(pass)
    assert.deepEqual(told, ['firing watch sight', 'resolved watch sight'])
  })

  it('is not taken in, after a restart without sight, by a look at what is near', async () => {
    const before = play()
    await before.look(fail, true)
    const { look, told } = play(before.decided)
    await look(pass, false, 'near/connect')
    assert.deepEqual(told, [])
    await look(pass)
    assert.deepEqual(told, ['resolved watch sight'])
  })
})
