import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Point } from '../../src/core/series.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { at, halfCharacter } from './store-samples.ts'

const start = at(0).getTime()
const aPoint = (seconds: number, value: number, labels: Point['labels'] = {}, name = 'host_cpu_ratio'): Point => ({
  ...{ name, labels, value },
  at: start + seconds * 1000,
})

export function seriesContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: series`, () => {
    test('points come back exactly, oldest first, within both ends; the later of two for one time counts', () =>
      withStore(place, async ({ series }) => {
        await series.add('shop', [aPoint(3, 0.1 + 0.2), aPoint(1, 1), aPoint(2, 1e300), aPoint(1, -0.5)])
        await series.add('shop', [aPoint(2, 7), aPoint(9, Number.NaN), aPoint(9, Number.POSITIVE_INFINITY)])
        await series.add('shop', [])
        const [found, ...others] = await series.find('shop', 'host_cpu_ratio')
        assert.ok(found)
        assert.deepEqual(others, [])
        const points = async (from: number, to: number): Promise<unknown> =>
          (await series.points(found.id, start + from * 1000, start + to * 1000)).map(({ at, value }) => [
            (at - start) / 1000,
            value,
          ])
        assert.deepEqual(await points(0, 99), [
          [1, -0.5],
          [2, 7],
          [3, 0.1 + 0.2],
        ])
        assert.deepEqual(await points(2, 3), [
          [2, 7],
          [3, 0.1 + 0.2],
        ])
      }))

    test('a series is its system, its name and all its labels, in whatever order they were given', () =>
      withStore(place, async ({ series }) => {
        const disk = (labels: Point['labels'], value: number): Point => aPoint(1, value, labels, 'host_disk_ratio')
        await series.add('shop', [disk({ mount: '/', host: 'a' }, 1), disk({ mount: '/srv', host: 'a' }, 2)])
        await series.add('shop', [disk({ host: 'a', mount: '/' }, 3), aPoint(1, 5)])
        await series.add('blog', [disk({ mount: '/', host: 'a' }, 4)])
        const values = async (system: string, labels: Point['labels']): Promise<number[]> => {
          const found = await series.find(system, 'host_disk_ratio', labels)
          const points = await Promise.all(found.map(({ id }) => series.points(id, 0, start * 2)))
          return points.flat().map(({ value }) => value)
        }
        assert.deepEqual(await values('shop', {}), [3, 2])
        assert.deepEqual(await values('shop', { mount: '/srv' }), [2])
        assert.deepEqual(await values('shop', { mount: '/srv', host: 'b' }), [])
        assert.deepEqual(await values('blog', {}), [4])
        assert.deepEqual(await series.names('shop'), ['host_cpu_ratio', 'host_disk_ratio'])
        const [first] = await series.find('blog', 'host_disk_ratio')
        assert.deepEqual(await series.series([first?.id ?? 0, 999_999]), [
          { id: first?.id, system: 'blog', name: 'host_disk_ratio', labels: { host: 'a', mount: '/' } },
        ])
      }))

    test('labels of any characters and any length are kept apart', () =>
      withStore(place, async ({ series }) => {
        const long = 'é'.repeat(5000)
        const values = ['', 'a"b\\c\n', 'a\u0000b', `x${halfCharacter}`, 'ligne\u2028', long, `${long}1`]
        await series.add(
          'shop',
          values.map((value, index) => aPoint(1, index, { value, [`k${index}`]: '1' })),
        )
        for (const [index, value] of values.entries()) {
          const found = await series.find('shop', 'host_cpu_ratio', { value })
          const points = await Promise.all(found.map(({ id }) => series.points(id, 0, start * 2)))
          assert.deepEqual(
            points.flat().map((point) => point.value),
            [index],
          )
        }
      }))

    test('a second process writes to the same series', () =>
      withStore(place, async (store, here) => {
        const other = await here.open()
        try {
          await store.series.add('shop', [aPoint(1, 1), aPoint(1, 1, { a: '1' })])
          await Promise.all([
            other.series.add('shop', [aPoint(2, 2), aPoint(2, 2, { b: '1' }), aPoint(2, 2, { c: '1' })]),
            store.series.add('shop', [aPoint(3, 3), aPoint(3, 3, { c: '1' }), aPoint(3, 3, { b: '1' })]),
          ])
          const found = await store.series.find('shop', 'host_cpu_ratio')
          const counts = await Promise.all(
            found.map(async ({ id }) => (await other.series.points(id, 0, start * 2)).length),
          )
          assert.deepEqual(counts.toSorted(), [1, 2, 2, 3])
        } finally {
          await other.close()
        }
      }))

    test('what a failed call had made is not remembered as there', () =>
      withStore(place, async (store) => {
        const bad = { ...aPoint(1, 2), at: Number.NaN }
        await assert.rejects(store.series.add('shop', [aPoint(1, 1), bad]))
        assert.deepEqual(await store.series.names('shop'), [])
        await store.series.add('shop', [aPoint(1, 1)])
        const [found] = await store.series.find('shop', 'host_cpu_ratio')
        assert.equal((await store.series.points(found?.id ?? 0, 0, start * 2)).length, 1)
      }))

    test('points are read in pages, each once, and removed only as they were counted', () =>
      withStore(place, async ({ series }) => {
        const points = Array.from({ length: 40 }, (_, index) => aPoint(index, index, { n: String(index % 3) }))
        await series.add('shop', points)
        assert.deepEqual(await series.span('shop'), { oldest: start, newest: start + 39_000 })
        assert.deepEqual(await series.span(), await series.span('shop'))
        assert.equal(await series.span('blog'), undefined)
        const until = start + 30_000
        const seen: number[] = []
        let after: { series: number; at: number } | undefined
        for (;;) {
          const page = await series.page(start + 1000, until, 7, after)
          if (page.length === 0) break
          assert.ok(page.length <= 7)
          seen.push(...page.map(({ value }) => value))
          after = page.at(-1)
        }
        assert.deepEqual(
          seen.toSorted((a, b) => a - b),
          Array.from({ length: 29 }, (_, index) => index + 1),
        )
        const [first, second] = await series.find('shop', 'host_cpu_ratio')
        const span = (id: number | undefined, count: number) => ({
          ...{ series: id ?? 0, since: start, until: start + 29_000, count },
        })
        assert.equal(await series.remove([span(first?.id, 10), span(second?.id, 11)]), false)
        assert.equal((await series.points(first?.id ?? 0, 0, until)).length, 11)
        assert.equal(await series.remove([span(first?.id, 10), span(second?.id, 10)]), true)
        assert.deepEqual(await series.points(first?.id ?? 0, 0, start + 29_999), [])
        assert.equal((await series.points(first?.id ?? 0, 0, start * 2)).length, 4)
      }))

    test('points are added up in steps of time', () =>
      withStore(place, async ({ series }) => {
        const points = [0, 10, 50, 60, 119, 120].map((seconds) => aPoint(seconds, seconds + 0.5))
        await series.add('shop', [...points, aPoint(0, 9, { other: '1' })])
        const [other] = await series.find('shop', 'host_cpu_ratio', { other: '1' })
        const first = (await series.find('shop', 'host_cpu_ratio')).find(({ id }) => id !== other?.id)
        assert.ok(first && other)
        const own = await series.steps([first.id], start, start + 120_000, 60_000)
        assert.deepEqual(
          own.map((one) => ({ ...one })),
          [
            { series: first.id, at: start, min: 0.5, max: 50.5, sum: 61.5, count: 3 },
            { series: first.id, at: start + 60_000, min: 60.5, max: 119.5, sum: 180, count: 2 },
          ],
        )
        assert.equal((await series.steps([first.id, other.id], 0, start * 2, 3_600_000)).length, 2)
        assert.deepEqual(await series.steps([], 0, start * 2, 60_000), [])
      }))

    test('as many points as any number of series give are kept, however they fall into statements', () =>
      withStore(place, async ({ series }) => {
        const counts = fc.array(fc.integer({ min: 1, max: 2500 }), { minLength: 1, maxLength: 3 })
        let seconds = 0
        await fc.assert(
          fc.asyncProperty(counts, async (batches) => {
            seconds += 10
            const sent = batches.map((count, index) =>
              Array.from({ length: count }, (_, n) => aPoint(seconds + index, n, { n: String(n) }, 'many')),
            )
            for (const points of sent) await series.add('shop', points)
            const page = await series.page(start + seconds * 1000, start + (seconds + 9) * 1000, 100_000)
            assert.equal(page.length, sent.flat().length)
          }),
          { numRuns: 5 },
        )
      }))
  })
}
