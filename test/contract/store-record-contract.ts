import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FindingRow } from '../../src/store/finding-store.ts'
import type { StoredAction } from '../../src/store/step-row.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { aFinding, aLook, aRun, aStep, at, ended, halfCharacter, keepFindings } from './store-samples.ts'

const action: StoredAction = {
  summary: { code: 'files.remove', params: { path: '/srv/a' } },
  effect: 'destroy',
  target: '/srv/a',
  bytes: 9_007_199_254_740_991,
  status: 'done',
  note: undefined,
}

export function recordContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: runs`, () => {
    test('a run and its steps come back as they were given, in their order', () =>
      withStore(place, async (store) => {
        const steps = [
          aStep('r1', 'api/last', { position: 2 }),
          aStep('r1', 'api/first', { position: 0, reason: { code: 'a.b', params: { ratio: 0.1 + 0.2, none: null } } }),
          aStep('r1', 'api/middle', { position: 1, actions: [action], findings: ['ab12'] }),
        ]
        const run = aRun('r1', { plan: 'abcdef0123', isDryRun: true })
        await store.runs.create(run, steps)
        assert.deepEqual(await store.runs.get('r1'), run)
        assert.deepEqual(await store.runs.steps('r1'), [steps[1], steps[2], steps[0]])
        assert.equal(await store.runs.get('r2'), undefined)
      }))

    test('a step keeps its outcome, fractions of milliseconds and its evidence in order', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1'), [aStep('r1', 'api/status')])
        const step = ended('r1', 'api/status', 5, { durationMs: 12.75, measurements: { latency_ms: 0.1, size: 1e15 } })
        const evidence = [
          { attempt: 1, what: 'GET /', exitCode: undefined, output: 'réponse\n', durationMs: 3.25 },
          { attempt: 2, what: '$ true', exitCode: 0, output: undefined, durationMs: undefined },
        ]
        await store.runs.recordSteps([{ step: step, evidence }])
        assert.deepEqual(await store.runs.steps('r1'), [step])
        assert.deepEqual(await store.runs.evidence('r1', 'api/status'), evidence)
        await store.runs.recordSteps([{ step: step, evidence: evidence.slice(1) }])
        assert.deepEqual(await store.runs.evidence('r1', 'api/status'), evidence.slice(1))
      }))

    test('a step that the run did not begin with is kept all the same', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1'), [])
        const step = ended('r1', 'api/late', 5)
        await store.runs.recordSteps([{ step: step, evidence: [] }])
        assert.deepEqual(await store.runs.steps('r1'), [step])
      }))

    test('steps that end together are kept with their evidence, figures and findings, or none of it is', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1'), [])
        const told = { system: 'shop', at: at(5), runId: 'r1', actor: undefined, detail: {} }
        const records = Array.from({ length: 1200 }, (_, position) => {
          const step = ended('r1', `api/s${position}`, 5, { position, measurements: { latency_ms: position } })
          const print = position.toString(16).padStart(4, '0')
          return {
            step,
            evidence: [{ attempt: 1, what: `GET /${position}`, exitCode: undefined, output: undefined, durationMs: 1 }],
            findings: aLook([aFinding(print)], [{ ...told, fingerprint: print, event: 'opened' as const }]),
          }
        })
        await store.runs.recordSteps(records)
        const kept = async (): Promise<unknown> => [
          (await store.runs.steps('r1')).length,
          (await store.runs.evidence('r1', 'api/s1199')).map(({ what }) => what),
          await store.measurements.series({ system: 'shop', step: 'api/s7', name: 'latency_ms', since: at(0) }),
          (await store.findings.list({ component: 'db' })).length,
          (await store.findings.list({ component: 'api' })).length,
          (await store.runs.lastResults('shop')).length,
        ]
        const expected = [1200, ['GET /1199'], [{ at: at(5.25), value: 7 }], 1200, 0, 1200]
        assert.deepEqual(await kept(), expected)
        const findings = aLook([], [{ ...told, fingerprint: 'ab', event: null as never }])
        const bad = { step: ended('r1', 'api/s0', 5), evidence: [], findings }
        const next = { step: ended('r1', 'api/next', 6, { position: 1200 }), evidence: [] }
        await assert.rejects(store.runs.recordSteps([next, bad]))
        assert.deepEqual(await kept(), expected)
      }))

    test('a run of a thousand steps, and output of ten megabytes, fit', () =>
      withStore(place, async (store) => {
        const steps = Array.from({ length: 1000 }, (_, position) => aStep('r1', `api/s${position}`, { position }))
        await store.runs.create(aRun('r1'), steps)
        assert.equal((await store.runs.steps('r1')).length, 1000)
        const output = 'é'.repeat(5_000_000)
        const evidence = { attempt: 1, what: 'cat', exitCode: 0, output, durationMs: 1 }
        await store.runs.recordSteps([{ step: ended('r1', 'api/s0', 1), evidence: [evidence] }])
        const [kept] = await store.runs.evidence('r1', 'api/s0')
        assert.ok(kept?.output === output)
      }))

    test('output that is no text (NUL, half a character) is kept with marks in its place', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1'), [aStep('r1', 'api/s')])
        const output = `a\u0000b${halfCharacter}c`
        await store.runs.recordSteps([
          {
            step: ended('r1', 'api/s', 1),
            evidence: [{ attempt: 1, what: 'x\u0000', exitCode: 0, output, durationMs: 1 }],
          },
        ])
        const [kept] = await store.runs.evidence('r1', 'api/s')
        assert.equal(kept?.output, 'a\u2400b\ufffdc')
        assert.equal(kept?.what, 'x\u2400')
      }))

    test('finish closes a run, and lists are newest first and filtered', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1', { startedAt: at(1) }), [])
        await store.runs.create(aRun('r2', { startedAt: at(3), routine: 'weekly' }), [])
        await store.runs.create(aRun('r3', { startedAt: at(2), system: 'blog' }), [])
        await store.runs.finish('r1', { status: 'succeeded', finishedAt: at(9), durationMs: 8000.5, plan: undefined })
        const ids = async (filter: Parameters<typeof store.runs.list>[0]): Promise<string[]> =>
          (await store.runs.list(filter)).map(({ id }) => id)
        assert.deepEqual(await ids({ limit: 10 }), ['r2', 'r3', 'r1'])
        assert.deepEqual(await ids({ limit: 1 }), ['r2'])
        assert.deepEqual(await ids({ system: 'shop', limit: 10 }), ['r2', 'r1'])
        assert.deepEqual(await ids({ routine: 'weekly', limit: 10 }), ['r2'])
        assert.deepEqual(await ids({ statuses: ['running'], limit: 10 }), ['r2', 'r3'])
        assert.deepEqual(await ids({ statuses: [], limit: 10 }), [])
        assert.deepEqual(await ids({ isDryRun: true, limit: 10 }), [])
        const run = await store.runs.get('r1')
        assert.deepEqual([run?.status, run?.finishedAt, run?.durationMs], ['succeeded', at(9), 8000.5])
      }))

    test('an interrupted run keeps the steps that ended and marks the pending ones, once', () =>
      withStore(place, async (store) => {
        const steps = [
          aStep('r1', 'api/done'),
          aStep('r1', 'api/begun', { position: 1, startedAt: at(1) }),
          aStep('r1', 'api/skipped', { position: 2, status: 'skipped' }),
          aStep('r1', 'api/waiting', { position: 3 }),
        ]
        await store.runs.create(aRun('r1'), steps)
        await store.runs.recordSteps([{ step: ended('r1', 'api/done', 2), evidence: [] }])
        assert.equal(await store.runs.markInterrupted('r1', at(9)), true)
        assert.equal(await store.runs.markInterrupted('r1', at(10)), false)
        assert.equal(await store.runs.markInterrupted('r2', at(10)), false)
        const run = await store.runs.get('r1')
        assert.deepEqual([run?.status, run?.finishedAt], ['interrupted', at(9)])
        const statuses = (await store.runs.steps('r1')).map(({ status }) => status)
        assert.deepEqual(statuses, ['pass', 'interrupted', 'skipped', 'interrupted'])
      }))

    test('the last results are the newest ended ones of each step; dry runs and other systems are left out', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1', { routine: 'weekly' }), [aStep('r1', 'api/a'), aStep('r1', 'api/b')])
        await store.runs.recordSteps([{ step: ended('r1', 'api/a', 10, { status: 'fail' }), evidence: [] }])
        await store.runs.recordSteps([{ step: ended('r1', 'api/b', 10), evidence: [] }])
        await store.runs.create(aRun('r2'), [aStep('r2', 'api/a'), aStep('r2', 'api/b')])
        await store.runs.recordSteps([{ step: ended('r2', 'api/a', 20), evidence: [] }])
        await store.runs.create(aRun('r3', { isDryRun: true }), [aStep('r3', 'api/a')])
        await store.runs.recordSteps([{ step: ended('r3', 'api/a', 30, { status: 'error' }), evidence: [] }])
        await store.runs.create(aRun('r4', { system: 'blog' }), [aStep('r4', 'api/a')])
        await store.runs.recordSteps([{ step: ended('r4', 'api/a', 40, { status: 'warn' }), evidence: [] }])
        // A slow run that began before and is recorded late does not hide the newer result.
        await store.runs.create(aRun('r0'), [aStep('r0', 'api/a')])
        await store.runs.recordSteps([{ step: ended('r0', 'api/a', 5, { status: 'warn' }), evidence: [] }])
        const last = await store.runs.lastResults('shop')
        assert.deepEqual(
          last.map(({ id, runId, status, routine, finishedAt }) => [id, runId, status, routine, finishedAt]),
          [
            ['api/a', 'r2', 'pass', 'daily', at(20.25)],
            ['api/b', 'r1', 'pass', 'weekly', at(10.25)],
          ],
        )
      }))
  })

  describe(`${name}: measurements, findings, sign-offs`, () => {
    test('a series is the oldest first, from its beginning on, without what is no number and without dry runs', () =>
      withStore(place, async (store) => {
        const keep = async (run: string, seconds: number, measurements: Record<string, number>): Promise<void> => {
          const isDryRun = run === 'dry'
          if ((await store.runs.get(run)) === undefined) await store.runs.create(aRun(run, { isDryRun }), [])
          const step = ended(run, 'api/latency', seconds, { durationMs: 0, measurements })
          await store.runs.recordSteps([{ step, evidence: [] }])
        }
        await keep('r2', 2, { p95_ms: 0.5, other: 7 })
        await keep('r1', 1, { p95_ms: 1e300 })
        await keep('r3', 3, { p95_ms: Number.NaN })
        await keep('r0', 0, { p95_ms: -1 })
        await keep('dry', 5, { p95_ms: 4 })
        // The same step of the same run, told again: its first figure was none.
        await keep('r4', 9, { p95_ms: 8 })
        await keep('r4', 10, { p95_ms: 9 })
        const key = { system: 'shop', step: 'api/latency', name: 'p95_ms' }
        assert.deepEqual(await store.measurements.series({ ...key, since: at(1) }), [
          { at: at(1), value: 1e300 },
          { at: at(2), value: 0.5 },
          { at: at(10), value: 9 },
        ])
      }))

    test('ten thousand figures of one step fit', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1'), [])
        const measurements = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, i]))
        await store.runs.recordSteps([{ step: ended('r1', 's', 1, { measurements }), evidence: [] }])
        const key = { system: 'shop', step: 's', name: 'n9999' }
        assert.deepEqual(await store.measurements.series({ ...key, since: at(0) }), [{ at: at(1.25), value: 9999 }])
      }))

    test('a finding comes back as it was given, is replaced whole, and keeps its history in order', () =>
      withStore(place, async (store) => {
        const first = aFinding('ab12cd')
        const event = { system: 'shop', fingerprint: 'ab12cd', runId: 'r1', actor: undefined }
        await keepFindings(store, [first], [{ ...event, at: at(0), event: 'opened', detail: { severity: 'high' } }])
        assert.deepEqual(await store.findings.list({}), [first])
        const accepted = { state: 'accepted', acceptedUntil: at(99), acceptedBy: 'Ève', acceptedReason: 'été' } as const
        const second = aFinding('ab12cd', { ...accepted, remedy: undefined, owner: 'Zoé', dueAt: at(5), timesSeen: 2 })
        await keepFindings(
          store,
          [second],
          [
            { ...event, at: at(1), event: 'assigned', actor: 'Ève', runId: undefined, detail: {} },
            { ...event, at: at(1), event: 'accepted', actor: 'Ève', runId: undefined, detail: { days: 3 } },
          ],
        )
        assert.deepEqual(await store.findings.list({ system: 'shop', states: ['accepted'] }), [second])
        assert.deepEqual(await store.findings.list({ states: ['open', 'fixed'] }), [])
        assert.deepEqual(await store.findings.list({ system: 'blog' }), [])
        assert.deepEqual(await store.findings.list({ states: [] }), [])
        const events = await store.findings.events('shop', 'ab12cd')
        assert.deepEqual(
          events.map((one) => [one.event, one.actor, one.runId]),
          [
            ['opened', undefined, 'r1'],
            ['assigned', 'Ève', undefined],
            ['accepted', 'Ève', undefined],
          ],
        )
      }))

    test('a finding is found by a beginning; wildcards match nothing', () =>
      withStore(place, async (store) => {
        await keepFindings(store, [aFinding('ab12'), aFinding('ab13'), aFinding('cd00')])
        const found = async (prefix: string): Promise<string[]> =>
          (await store.findings.find(prefix)).map(({ fingerprint }) => fingerprint)
        assert.deepEqual(await found('ab'), ['ab12', 'ab13'])
        assert.deepEqual(await found('ab12'), ['ab12'])
        for (const none of ['ab1_', '%', '', "a' or 1=1"]) assert.deepEqual(await found(none), [])
      }))

    test('rows and events of a finding are kept together or not at all', () =>
      withStore(place, async (store) => {
        const broken = { system: 'shop', fingerprint: 'ab12', at: new Date(Number.NaN), event: 'opened' } as const
        const event = { ...broken, runId: undefined, actor: undefined, detail: {} }
        await assert.rejects(keepFindings(store, [aFinding('ab12')], [event]))
        assert.deepEqual(await store.findings.list({}), [])
      }))

    test('a look gets the findings of its kind and component as they stand, those of a look before it in the same group too', () =>
      withStore(place, async (store) => {
        const stranger = aFinding('0001', { kind: 'postgres.bloat' })
        await keepFindings(store, [aFinding('ab12'), stranger, aFinding('0002', { component: 'other' })])
        const seen: string[][] = []
        const look = (rows: readonly FindingRow[]) => ({
          ...aLook(rows),
          settle: (known: readonly FindingRow[]) => {
            seen.push(known.map(({ fingerprint, timesSeen }) => `${fingerprint} ${timesSeen}`))
            return { rows, events: [] }
          },
        })
        const record = (name: string, rows: readonly FindingRow[]) => ({
          step: ended('looks', name, 2),
          evidence: [],
          findings: look(rows),
        })
        await store.runs.recordSteps([
          record('db/a', [aFinding('ab12', { timesSeen: 2 }), aFinding('cd34')]),
          record('db/b', [aFinding('ab12', { timesSeen: 3 })]),
        ])
        assert.deepEqual(seen, [['ab12 1'], ['ab12 2', 'cd34 1']])
        assert.deepEqual((await store.findings.find('ab12'))[0]?.timesSeen, 3)
        assert.equal((await store.findings.list({})).length, 4)
      }))

    test('a decision changes the finding as it stands, or nothing when it is refused', () =>
      withStore(place, async (store) => {
        await keepFindings(store, [aFinding('ab12', { owner: 'Zoé' })])
        const decision = { system: 'shop', fingerprint: 'ab12', at: at(2), actor: 'Ève', detail: { days: 3 } }
        const event = 'accepted' as const
        const accepted = { state: 'accepted', acceptedUntil: at(99), acceptedBy: 'Ève', acceptedReason: 'été' } as const
        const row = await store.findings.decide({ ...decision, event, change: () => accepted })
        assert.deepEqual(row, aFinding('ab12', { owner: 'Zoé', ...accepted }))
        assert.deepEqual(await store.findings.list({}), [row])
        assert.deepEqual(await store.findings.events('shop', 'ab12'), [{ ...decision, event, runId: undefined }])
        const refuse = (): never => {
          throw new Error('no')
        }
        await assert.rejects(store.findings.decide({ ...decision, event, change: refuse }), /no/)
        assert.equal(
          await store.findings.decide({ ...decision, fingerprint: 'ffff', event, change: refuse }),
          undefined,
        )
        assert.equal((await store.findings.events('shop', 'ab12')).length, 1)
      }))

    test('the newest sign-off of each step counts', () =>
      withStore(place, async (store) => {
        const sign = (step: string, seconds: number, by: string) =>
          store.signOffs.add({ system: 'shop', step, at: at(seconds), by, note: 'vérifié' })
        await sign('people/restore', 5, 'Ève')
        await sign('people/restore', 9, 'Zoé')
        await sign('people/restore', 7, 'Ali')
        await sign('people/access', 1, 'Ali')
        const rows = await store.signOffs.latest('shop')
        const seen = rows.map(({ step, by }) => `${step} ${by}`).sort()
        assert.deepEqual(seen, ['people/access Ali', 'people/restore Zoé'])
        assert.deepEqual(await store.signOffs.latest('blog'), [])
      }))

    test('a step is first heard of once', () =>
      withStore(place, async (store) => {
        await store.signOffs.firstSeen('shop', ['a', 'b'], at(0))
        const seen = await store.signOffs.firstSeen('shop', ['b', 'c'], at(50))
        assert.deepEqual([seen.get('a'), seen.get('b'), seen.get('c')], [at(0), at(0), at(50)])
        assert.equal((await store.signOffs.firstSeen('blog', [], at(60))).size, 0)
      }))
  })
}
