import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createPump } from './pump.ts'

function clockAt(): { clock: { now(): Date; monotonicMs(): number }; go(ms: number): void } {
  let ms = 0
  return { clock: { now: () => new Date(ms), monotonicMs: () => ms }, go: (by) => (ms += by) }
}

describe('the pump of the watch', () => {
  it('begins fifty looks at once and the next when one ends, never one twice', async () => {
    const { clock, go } = clockAt()
    const ends: (() => void)[] = []
    const begun: string[] = []
    const entries = Array.from({ length: 80 }, (_, index) => ({ id: `s${index}`, everyMs: 1000 }))
    const late: number[] = []
    const look = (id: string): Promise<void> => {
      begun.push(id)
      return new Promise((resolve) => ends.push(resolve))
    }
    const pump = createPump(clock, entries, look, (ms) => late.push(ms))
    go(10_000)
    pump.pump()
    assert.equal(begun.length, 50)
    pump.pump()
    assert.equal(begun.length, 50)
    ends.shift()?.()
    await new Promise(setImmediate)
    pump.pump()
    assert.equal(begun.length, 51)
    assert.equal(new Set(begun).size, 51)
    for (let end = ends.shift(); end !== undefined; end = ends.shift()) end()
    await pump.idle()
    assert.equal(pump.stats.busy, 0)
    assert.ok(late.length >= 51 && late.every((ms) => ms >= 0 && ms <= 10_000))
  })

  it('begins what is asked for soon without waiting for its beat, while it runs', async () => {
    const { clock } = clockAt()
    const begun = Promise.withResolvers<string>()
    const pump = createPump(clock, [{ id: 'a', everyMs: 3_600_000 }], async (id) => begun.resolve(id))
    pump.start()
    pump.soon('a')
    assert.equal(await begun.promise, 'a')
    await pump.stop()
  })

  it('waits at a pause for all but what is long, which goes on and is not begun a second time', async () => {
    const { clock, go } = clockAt()
    const ends = new Map<string, () => void>()
    const begun: string[] = []
    const entries = [
      { id: 'short', everyMs: 1000 },
      { id: 'long', everyMs: 1000, isLong: true as const },
    ]
    const pump = createPump(clock, entries, (id) => {
      begun.push(id)
      return new Promise((resolve) => ends.set(id, resolve))
    })
    go(5000)
    pump.start()
    let isPaused = false
    const paused = pump.pause().then(() => (isPaused = true))
    await new Promise(setImmediate)
    assert.equal(isPaused, false)
    ends.get('short')?.()
    await paused
    pump.replace(entries)
    go(5000)
    pump.start()
    assert.deepEqual(begun.toSorted(), ['long', 'short', 'short'])
    for (const end of ends.values()) end()
    await pump.stop()
  })

  it('waits at its stop for what is under way, and begins nothing more', async () => {
    const { clock, go } = clockAt()
    let end: (() => void) | undefined
    let begun = 0
    const pump = createPump(clock, [{ id: 'a', everyMs: 1000 }], () => {
      begun++
      return new Promise((resolve) => (end = resolve))
    })
    go(5000)
    pump.start()
    const stopped = pump.stop()
    end?.()
    await stopped
    go(5000)
    await new Promise(setImmediate)
    assert.equal(begun, 1)
  })
})
