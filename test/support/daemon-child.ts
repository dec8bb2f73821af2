import { StatementSync } from 'node:sqlite'
import type { ConfiguredChannel } from '../../src/config/system.ts'
import type { ChildLife } from './daemon-torture.ts'
import { startOwnDaemon } from './own-daemon.ts'

/**
 * The daemon of `vigie up`, `daemon-child.ts <ChildLife as JSON>`, whose time runs faster, and which ends itself with
 * SIGKILL at a point of its work after it began to keep an alert with what is to be told of it: points stand before and
 * after each statement of the database and each delivery.
 */
const life = JSON.parse(process.argv[2] ?? '') as ChildLife
let points = 0
let isDeciding = false
const point = (): void => {
  if (!isDeciding) return
  points++
  if (points === life.killAt) process.kill(process.pid, 'SIGKILL')
}

for (const verb of ['run', 'all'] as const) {
  const original = StatementSync.prototype[verb] as (this: StatementSync, ...args: unknown[]) => unknown
  Object.assign(StatementSync.prototype, {
    [verb](this: StatementSync, ...args: unknown[]): unknown {
      isDeciding ||= this.sourceSQL.startsWith('insert into "outbox')
      point()
      const result = original.apply(this, args)
      point()
      return result
    },
  })
}

const beganMs = performance.now()
const passedMs = (): number => (performance.now() - beganMs) * life.speed
const clock = {
  now: () => new Date(life.startMs + passedMs()),
  monotonicMs: passedMs,
  advance: () => undefined,
  step: () => undefined,
}
// Short waits, such as those of the pump, pass at the same speed; the limits of network and commands stay as they are.
const longestWaitMs = 1000
const setRealTimeout = globalThis.setTimeout
Object.assign(globalThis, {
  setTimeout: (work: () => void, ms = 0, ...args: []) =>
    setRealTimeout(work, ms <= longestWaitMs ? ms / life.speed : ms, ...args),
})

const withPoints = (channel: ConfiguredChannel): ConfiguredChannel => {
  const { kind } = channel
  const deliver: typeof kind.deliver = async (...args) => {
    point()
    const delivery = await kind.deliver(...args)
    point()
    return delivery
  }
  return { ...channel, kind: { ...kind, deliver } }
}
const scratch = { dir: life.dir, config: ['--config', life.config], write: () => '', remove: () => undefined }
const daemon = await startOwnDaemon(scratch, clock, (system) => ({
  ...system,
  channels: system.channels.map(withPoints),
}))
process.once('SIGTERM', () => {
  void daemon.stop().then(() => {
    for (const line of daemon.told) process.stderr.write(`${line}\n`)
    process.exit(0)
  })
})
