import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { increaseOver } from './over-window.ts'
import { WindowHistory } from './window-history.ts'

const windowMs = 100_000
const holdMs = 20_000
const points = fc
  .array(fc.record({ gapMs: fc.integer({ min: 0, max: 40_000 }), value: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
    maxLength: 200,
  })
  .map((all) => {
    let at = 1000
    let counted = 0
    return all.map(({ gapMs, value }) => {
      at += gapMs
      counted += value
      return { at, value, counted }
    })
  })

describe('the history of a window', () => {
  it('tells the points of the window as if all had been kept, whatever they are', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 150_000 }), (all, laterMs) => {
        const history = new WindowHistory(windowMs)
        for (const { at, value } of all) history.add(at, value, holdMs)
        const now = (all.at(-1)?.at ?? 0) + laterMs
        const inside = all.filter(({ at }) => at > now - windowMs)
        let [count, sum, max] = [0, 0, 0]
        for (let index = history.firstAfter(now - windowMs); index < history.length; index++) {
          count += history.get(index, 'count')
          sum += history.get(index, 'sum')
          max = Math.max(max, history.get(index, 'max'))
        }
        // Points closer than a 512th of the window are one slot, which may stand on its edge.
        const near = all.filter(({ at }) => Math.abs(at - (now - windowMs)) <= windowMs / 512).length
        assert.ok(Math.abs(count - inside.length) <= near)
        if (near === 0) {
          assert.equal(
            sum,
            inside.reduce((total, { value }) => total + value, 0),
          )
          assert.equal(max, Math.max(0, ...inside.map(({ value }) => value)))
        }
      }),
    )
  })

  it('knows for how long of the window a value was known', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 150_000 }), (all, laterMs) => {
        const history = new WindowHistory(windowMs)
        for (const { at, value } of all) history.add(at, value, holdMs)
        const now = (all.at(-1)?.at ?? 0) + laterMs
        const from = now - windowMs
        const naive = all.reduce((total, { at }, index) => {
          const end = Math.min(at + holdMs, all[index + 1]?.at ?? now, now)
          return total + Math.max(0, end - Math.max(at, from))
        }, 0)
        assert.ok(Math.abs(history.coveredMs(from, now, holdMs) - naive) <= windowMs / 512)
      }),
    )
  })

  it('tells what a counter counted in the window, the line between two points at its edge', () => {
    fc.assert(
      fc.property(points, (all) => {
        const history = new WindowHistory(windowMs)
        for (const { at, counted } of all) history.add(at, counted, holdMs)
        const now = all.at(-1)?.at ?? 0
        const from = now - windowMs
        const increase = increaseOver(history, windowMs, now)
        const last = all.at(-1)?.counted ?? 0
        // The line at the edge runs from the last point before it to the first one inside, with all that is merged into it.
        const slack = windowMs / 512
        const before = all.findLast(({ at }) => at <= from - slack) ?? all[0]
        const inside = all.find(({ at }) => at > from)
        const merged = all.findLast(({ at }) => at <= (inside?.at ?? now) + slack)
        assert.ok(increase <= last - (before?.counted ?? 0) + 1e-6)
        assert.ok(increase >= last - (merged?.counted ?? last) - 1e-6)
      }),
    )
  })

  it('holds at most 514 slots, however many points come', () => {
    const history = new WindowHistory(3_600_000)
    for (let at = 0; at < 7_200_000; at += 500) history.add(at, 1, holdMs)
    assert.ok(history.length <= 514, String(history.length))
  })
})
