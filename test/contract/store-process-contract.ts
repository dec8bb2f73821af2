import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { verifyAudit } from '../../src/engine/verify-audit.ts'
import { verifyChain } from '../../src/store/audit-chain.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { aPlan, aRun, at } from './store-samples.ts'
import { startWorker, together } from './worker-process.ts'

export function processContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: several processes`, () => {
    test('four that open a store that is not there yet make it together', async () => {
      const here = await place()
      try {
        const names = ['p1', 'p2', 'p3', 'p4']
        const workers = names.map((one) => startWorker(here.location, 'audit', one, 5))
        const lines = await together(workers)
        const seqs = lines.filter((line) => line.startsWith('appended')).map((line) => Number(line.split(' ')[1]))
        assert.deepEqual(
          seqs.sort((a, b) => a - b),
          Array.from({ length: 20 }, (_, index) => index + 1),
        )
        const store = await here.open()
        const problems = verifyChain(await store.audit.entries(0, 100), await store.audit.expectedHead())
        await store.close()
        assert.deepEqual(problems, [])
      } finally {
        await here.remove()
      }
    })

    test('a lease, and an approval, goes to exactly one of three processes', () =>
      withStore(place, async (store, here) => {
        for (let index = 0; index < 20; index++) {
          const hash = index.toString(16).padStart(64, '0')
          await store.plans.save(aPlan(hash))
        }
        for (const job of ['lease', 'plan']) {
          const lines = await together(['p1', 'p2', 'p3'].map((one) => startWorker(here.location, job, one, 20)))
          const won = lines.filter((line) => line !== 'ready')
          assert.equal(won.length, 20)
          assert.equal(new Set(won).size, 20)
        }
      }))

    test('a kill -9 in the middle of writing loses nothing that was acknowledged', () =>
      withStore(place, async (store, here) => {
        for (const stopAfter of [0, 7, 30]) {
          const run = `run-${stopAfter}`
          const worker = startWorker(here.location, 'steps', run, 5000)
          await worker.said('ready')
          worker.begin()
          await worker.said(`recorded api/s${stopAfter} `)
          worker.kill()
          const recorded = (await worker.lines).filter((line) => line.startsWith('recorded')).map((l) => l.split(' '))
          assert.ok(recorded.length > stopAfter && recorded.length < 5000)
          const steps = new Map((await store.runs.steps(run)).map((step) => [step.id, step]))
          const entries = new Map((await store.audit.entries(0, 20_000)).map((entry) => [entry.seq, entry]))
          for (const [, id = '', seq] of recorded) {
            assert.equal(steps.get(id)?.status, 'pass')
            assert.equal((await store.runs.evidence(run, id))[0]?.output?.length, 2000)
            assert.equal(entries.get(Number(seq))?.subject['id'], id)
          }
          assert.equal(await store.runs.markInterrupted(run, at(9)), true)
          const after = await store.runs.steps(run)
          assert.equal(after.length, 5000)
          assert.ok(after.every(({ status }) => status === 'pass' || status === 'interrupted'))
          assert.deepEqual((await verifyAudit(store)).problems, [])
          assert.deepEqual(await store.integrity(), [])
        }
      }))

    test('a finding that four processes see and decide about at once is counted by all, opened once, and keeps each decision', () =>
      withStore(place, async (store, here) => {
        const names = ['p1', 'p2', 'p3', 'p4']
        await together(names.map((one) => startWorker(here.location, 'findings', one, 15)))
        const rows = new Map((await store.findings.list({ system: 'shop' })).map((row) => [row.subject, row]))
        assert.equal(rows.size, 5)
        for (const name of names) assert.equal(rows.get(name)?.timesSeen, 15)
        const shared = rows.get('shared')
        assert.equal(shared?.timesSeen, 60)
        assert.deepEqual([shared?.firstSeenAt, shared?.lastSeenAt], [at(0), at(14)])
        const events = await store.findings.events('shop', shared?.fingerprint ?? '')
        const counts = Map.groupBy(events, ({ event }) => event)
        assert.deepEqual([counts.get('opened')?.length, counts.get('assigned')?.length, counts.size], [1, 60, 2])
        assert.equal(shared?.owner, events.at(-1)?.actor)
      }))

    test('work of every kind on one connection at once comes to an end', () =>
      withStore(place, async (store) => {
        const results = await Promise.all(
          Array.from({ length: 30 }, async (_, index) => {
            await store.audit.append({ at: at(index), actor: 'Ève', event: 'x', subject: {} })
            await store.runs.create(aRun(`r${index}`), [])
            return (await store.runs.list({ limit: 100 })).length + (await store.findings.list({})).length
          }),
        )
        assert.equal(results.length, 30)
      }))
  })
}
