import assert from 'node:assert/strict'
import { it } from 'node:test'
import { memoryBudgetBytes } from '../../src/watch/memory-budget.ts'
import { ownClock } from '../support/own-clock.ts'
import { startOwnDaemon } from '../support/own-daemon.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const [second, minute] = [1000, 60_000]

it('memory over its budget is told as soon as that can be kept, and its end as well', async () => {
  const system = scratchSystem(`import { command, defineSystem } from 'vigie'
export default defineSystem({ name: 'Shop', components: { job: command({ command: 'true', checks: { run: { every: false } } }) } })
`)
  let bytes = memoryBudgetBytes + 1
  const clock = ownClock(new Date('2026-11-21T10:00:00Z'))
  const daemon = await startOwnDaemon(system, clock, undefined, () => bytes)
  const { alerts } = daemon.store
  const { decide } = alerts
  const full = { decide: () => Promise.reject(new Error('no space left')) }
  const states = async () =>
    (await alerts.list({ system: 'Shop', limit: 9 })).map(({ rule, state }) => `${rule} ${state}`)
  try {
    Object.assign(alerts, full)
    await daemon.pass(7 * minute, 10 * second)
    Object.assign(alerts, { decide })
    await daemon.pass(minute, 10 * second)
    assert.deepEqual(await states(), ['memory firing'])
    bytes = 0
    Object.assign(alerts, full)
    await daemon.pass(7 * minute, 10 * second)
    Object.assign(alerts, { decide })
    await daemon.pass(minute, 10 * second)
    assert.deepEqual(await states(), ['memory resolved'])
  } finally {
    Object.assign(alerts, { decide })
    await daemon.stop()
    system.remove()
  }
})
