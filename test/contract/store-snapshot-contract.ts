import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type StorePlace, withStore } from './store-place.ts'
import { at } from './store-samples.ts'

const place = { system: 'shop', component: 'db', name: 'statements' }
const hour = 3600
const since = at(-1000 * hour)

export function snapshotContract(name: string, where: () => Promise<StorePlace>): void {
  describe(`${name}: snapshots`, () => {
    test('one comes back whole, apart by system, component and name', () =>
      withStore(where, async (store) => {
        const body = { rows: [[1, 2.5, null, 'é\u0000"']], wide: 'x'.repeat(100_000) }
        await store.snapshots.keep(place, at(0), body)
        assert.deepEqual(await store.snapshots.read(place, at(0)), body)
        assert.equal(await store.snapshots.read(place, at(1)), undefined)
        for (const change of [{ system: 'blog' }, { component: 'cache' }, { name: 'settings' }]) {
          assert.equal(await store.snapshots.read({ ...place, ...change }, at(0)), undefined)
          assert.deepEqual(await store.snapshots.times({ ...place, ...change }, since), [])
        }
      }))

    test('a second one of the same moment takes the place of the first', () =>
      withStore(where, async (store) => {
        await store.snapshots.keep(place, at(0), 1)
        await store.snapshots.keep(place, at(0), 2)
        assert.equal(await store.snapshots.read(place, at(0)), 2)
        assert.deepEqual(await store.snapshots.times(place, since), [at(0)])
      }))

    test('times stand oldest first, and old ones are thinned out while others of the component stay', () =>
      withStore(where, async (store) => {
        await store.snapshots.keep({ ...place, name: 'settings' }, at(1), 'old')
        for (const hours of [0, 0.1, 0.2, 100]) await store.snapshots.keep(place, at(hours * hour), hours)
        assert.deepEqual(await store.snapshots.times(place, since), [at(0), at(100 * hour)])
        assert.deepEqual(await store.snapshots.times(place, at(1)), [at(100 * hour)])
        assert.equal(await store.snapshots.read({ ...place, name: 'settings' }, at(1)), 'old')
      }))
  })
}
