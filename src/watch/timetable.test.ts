import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createTimetable, type Entry } from './timetable.ts'

const entries = (count: number, everyMs: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({ id: `step-${index}`, everyMs }))

describe('the timetable of the watch', () => {
  it('begins everything within the first ten seconds, spread', () => {
    const table = createTimetable(entries(1000, 60_000), 0)
    const first = table.take(1000, 10_000).length
    assert.ok(first > 50 && first < 150, `${first} in the first of ten seconds`)
    assert.equal(first + table.take(10_000, 10_000).length, 1000)
  })

  it('lets what is due within a tenth of a second begin together, and stay together', () => {
    const table = createTimetable(entries(1000, 10_000), 12.5)
    const begun = new Map<number, number>()
    for (let now = table.nextMs(); now !== undefined && now < 30_000; now = table.nextMs()) {
      const due = table.take(now, 10_000)
      begun.set(now, due.length)
      for (const { id } of due) table.done(id)
    }
    assert.deepEqual(
      [...begun.keys()].filter((at) => at % 100 !== 0),
      [],
    )
    assert.ok(Math.max(...begun.values()) < 40, 'and no more than that')
  })

  it('keeps the beat of an entry however late its looks begin, and skips beats while it is busy', () => {
    const table = createTimetable([{ id: 'a', everyMs: 1000 }], 0)
    const start = table.nextMs() ?? 0
    assert.deepEqual(table.take(start + 300, 9), [{ id: 'a', isLong: false, lateMs: 300 }])
    table.done('a')
    assert.equal(table.nextMs(), start + 1000)
    table.take(start + 1000, 9)
    assert.deepEqual(table.take(start + 3500, 9), [], 'busy')
    table.done('a')
    assert.deepEqual(table.take(start + 3500, 9), [{ id: 'a', isLong: false, lateMs: 1500 }])
    assert.equal(table.skipped, 1)
    table.done('a')
    assert.equal(table.nextMs(), start + 4000)
  })

  it('keeps the beat of what stays at a reload, and drops what goes, busy or not', () => {
    const table = createTimetable(entries(3, 1000), 0)
    table.take(500, 9)
    const before = table.nextMs()
    table.replace([...entries(2, 1000), { id: 'new', everyMs: 5000 }], 600)
    for (const { id } of entries(3, 1000)) table.done(id)
    const ids = new Set<string>()
    for (let now = 600; now < 20_000; now += 100) {
      for (const { id } of table.take(now, 9)) {
        ids.add(id)
        table.done(id)
      }
    }
    assert.deepEqual([...ids].toSorted(), ['new', 'step-0', 'step-1'])
    assert.ok(before === undefined || before >= 500)
  })

  it('makes an entry due at once that is asked for soon, and one that is busy right after it', () => {
    const table = createTimetable([{ id: 'a', everyMs: 60_000 }], 0)
    table.soon('none', 0)
    table.soon('a', 0)
    assert.deepEqual(table.take(0, 9), [{ id: 'a', isLong: false, lateMs: 0 }])
    table.soon('a', 100)
    assert.deepEqual(table.take(100, 9), [])
    table.done('a')
    assert.equal(table.nextMs(), 100)
    assert.equal(table.take(100, 9).length, 1)
    table.done('a')
    assert.equal(table.nextMs(), 60_100)
    assert.equal(table.skipped, 0)
  })

  it('begins each entry once in each of its periods, whatever the order of looks', () => {
    const some = fc.uniqueArray(
      fc.record({ id: fc.string({ minLength: 1 }), everyMs: fc.integer({ min: 500, max: 9000 }) }),
      {
        selector: ({ id }) => id,
        minLength: 1,
        maxLength: 20,
      },
    )
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 50 }), (wanted, limit) => {
        const table = createTimetable(wanted, 0)
        const begun = new Map<string, number>()
        for (let now = 0; now <= 60_000; now += 100) {
          for (let more = true; more; ) {
            const due = table.take(now, limit)
            more = due.length > 0
            for (const { id } of due) {
              begun.set(id, (begun.get(id) ?? 0) + 1)
              table.done(id)
            }
          }
        }
        for (const { id, everyMs } of wanted) {
          const expected = 60_000 / everyMs
          assert.ok(Math.abs((begun.get(id) ?? 0) - expected) <= 10_000 / everyMs + 1, `${id}: ${begun.get(id)}`)
        }
        assert.equal(table.skipped, 0)
      }),
    )
  })
})
