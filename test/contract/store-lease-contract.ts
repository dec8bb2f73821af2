import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type StorePlace, withStore } from './store-place.ts'
import { aLease, aPlan, at } from './store-samples.ts'

const hash = 'a1b2c3d4e5'.padEnd(64, '0')

export function leaseAndPlanContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: leases`, () => {
    test('a free lease is taken, a held one names its holder, a released one is free again', () =>
      withStore(place, async (store) => {
        const first = aLease('run-1')
        assert.equal(await store.leases.acquire(first), undefined)
        assert.deepEqual(await store.leases.acquire(aLease('run-2')), first)
        await store.leases.release(first.name, 'run-2')
        assert.deepEqual(await store.leases.list(), [first])
        await store.leases.release(first.name, 'run-1')
        assert.equal(await store.leases.acquire(aLease('run-2')), undefined)
      }))

    test('an expired lease, and one whose holder may be replaced, is taken over', () =>
      withStore(place, async (store) => {
        await store.leases.acquire(aLease('run-1'))
        const early = aLease('run-2', { acquiredAt: at(59), expiresAt: at(119) })
        assert.equal((await store.leases.acquire(early))?.holder, 'run-1')
        assert.equal((await store.leases.acquire(early, ({ pid }) => pid === 1))?.holder, 'run-1')
        assert.equal(await store.leases.acquire(early, ({ holder }) => holder === 'run-1'), undefined)
        const late = aLease('run-3', { acquiredAt: at(119), expiresAt: at(179) })
        assert.equal(await store.leases.acquire(late), undefined)
        assert.deepEqual(await store.leases.list(), [late])
      }))

    test('only the holder renews, and not after it was replaced', () =>
      withStore(place, async (store) => {
        const { name: lease } = aLease('run-1')
        await store.leases.acquire(aLease('run-1'))
        assert.equal(await store.leases.renew(lease, 'run-1', at(120)), true)
        assert.equal(await store.leases.renew(lease, 'run-2', at(120)), false)
        assert.equal(await store.leases.acquire(aLease('run-2', { acquiredAt: at(200) })), undefined)
        assert.equal(await store.leases.renew(lease, 'run-1', at(300)), false)
      }))

    test('of many that ask on two connections, for a free and for an expired lease, exactly one wins', () =>
      withStore(place, async (store, here) => {
        const other = await here.open()
        try {
          for (const seconds of [0, 1000]) {
            const asked = Array.from({ length: 16 }, (_, index) => {
              const lease = aLease(`run-${seconds}-${index}`, { acquiredAt: at(seconds), expiresAt: at(seconds + 60) })
              return (index % 2 === 0 ? store : other).leases.acquire(lease)
            })
            const answers = await Promise.all(asked)
            assert.equal(answers.filter((holder) => holder === undefined).length, 1)
            const [held] = await store.leases.list()
            for (const holder of answers) if (holder !== undefined) assert.equal(holder.holder, held?.holder)
          }
        } finally {
          await other.close()
        }
      }))
  })

  describe(`${name}: plans`, () => {
    test('a plan comes back as it was given, by a beginning of its hash', () =>
      withStore(place, async (store) => {
        await store.plans.save(aPlan(hash))
        assert.deepEqual(await store.plans.find(hash.slice(0, 10)), [aPlan(hash)])
        assert.deepEqual(await store.plans.find('ffff'), [])
        for (const none of ['', '%', 'a1b_']) assert.deepEqual(await store.plans.find(none), [])
      }))

    test('a plan is approved and used once, and only until it expires', () =>
      withStore(place, async (store) => {
        await store.plans.save(aPlan(hash))
        const by = (runId: string, seconds: number) => ({ runId, by: 'Ève', at: at(seconds) })
        assert.equal(await store.plans.use('f'.repeat(64), by('r1', 1)), false)
        assert.equal(await store.plans.use(hash, by('r1', 3600)), false)
        assert.equal(await store.plans.use(hash, by('r1', 2)), true)
        assert.equal(await store.plans.use(hash, by('r2', 2)), false)
        const [plan] = await store.plans.find(hash)
        assert.deepEqual([plan?.approvedBy, plan?.approvedAt, plan?.usedBy], ['Ève', at(2), 'r1'])
      }))

    test('a plan that is kept is never renewed', () =>
      withStore(place, async (store) => {
        await store.plans.save(aPlan(hash))
        await store.plans.use(hash, { runId: 'r1', by: 'Ève', at: at(1) })
        await assert.rejects(store.plans.save(aPlan(hash, { expiresAt: at(9000) })))
        const [plan] = await store.plans.find(hash)
        assert.deepEqual([plan?.usedBy, plan?.expiresAt], ['r1', at(3600)])
      }))

    test('of many runs that would use one approval on two connections, exactly one may', () =>
      withStore(place, async (store, here) => {
        const other = await here.open()
        try {
          await store.plans.save(aPlan(hash))
          const asked = Array.from({ length: 16 }, (_, i) =>
            (i % 2 === 0 ? store : other).plans.use(hash, { runId: `r${i}`, by: 'Ève', at: at(2) }),
          )
          assert.equal((await Promise.all(asked)).filter((may) => may).length, 1)
        } finally {
          await other.close()
        }
      }))
  })
}
