import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { settleFindings } from '../../src/engine/finding-life.ts'
import { verifyAudit } from '../../src/engine/verify-audit.ts'
import type { Store } from '../../src/store/store.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { aPlan, aRun, aStep, at, ended } from './store-samples.ts'
import { startWorker } from './worker-process.ts'

const hash = 'a1b2c3d4e5'.padEnd(64, '0')
const identity = { system: 'shop', kind: 'http.status', component: 'api' }
const title = { code: 'a.b', params: {} }

/** Two runs that ended, one that was cut off, one under way; findings, a decision, a signature, an approval. */
async function fill(store: Store): Promise<void> {
  const run = async (id: string, seconds: number, subjects: readonly string[], isDryRun = false): Promise<void> => {
    await store.runs.create(aRun(id, { startedAt: at(seconds), isDryRun }), [aStep(id, 'api/a'), aStep(id, 'api/b')])
    const step = ended(id, 'api/a', seconds, { status: 'fail', measurements: { latency_ms: seconds + 0.5 } })
    const evidence = [0, 1].map((n) => ({ attempt: 1, what: `look ${n}`, exitCode: n, output: 'é', durationMs: 1.5 }))
    const drafts = subjects.map((subject) => ({ subject, severity: 'high' as const, title }))
    const look = { ...identity, step: 'api/a', runId: id, at: at(seconds), drafts, canClose: true, covers: undefined }
    const findings = {
      ...identity,
      settle: (known: Parameters<typeof settleFindings>[1]) => settleFindings(look, known),
    }
    await store.runs.recordSteps([{ step, evidence, ...(!isDryRun && { findings }) }])
  }
  const finish = (id: string, seconds: number): Promise<boolean> =>
    store.runs.finish(id, { status: 'failed', finishedAt: at(seconds), durationMs: 1, plan: undefined })
  await run('r1', 0, ['x', 'y'])
  await finish('r1', 1)
  await run('r2', 10, ['x'])
  await finish('r2', 11)
  await run('dry', 12, ['z'], true)
  await finish('dry', 13)
  await run('cut', 20, ['x'])
  await store.runs.markInterrupted('cut', at(25))
  await run('now', 30, ['x', 'w'])
  for (const { fingerprint, subject } of await store.findings.list({})) {
    if (subject !== 'x') continue
    const decision = { system: 'shop', fingerprint, at: at(31), actor: 'Ève', detail: { reason: 'été' } }
    const change = { state: 'accepted', acceptedBy: 'Ève', acceptedReason: 'été', acceptedUntil: at(99) } as const
    await store.findings.decide({ ...decision, event: 'accepted', change: () => change })
  }
  await store.signOffs.firstSeen('shop', ['you/a', 'you/b'], at(1))
  await store.signOffs.add({ system: 'shop', step: 'you/a', at: at(2), by: 'Ève', note: 'vu' })
  await store.plans.save(aPlan(hash, { runId: 'dry' }))
  await store.plans.use(hash, { runId: 'r2', by: 'Ève', at: at(3) })
  await store.plans.save(aPlan('b'.repeat(64)))
}

async function codesOf(store: Store): Promise<string[]> {
  const { problems } = await verifyAudit(store)
  return [...new Set(problems.map(({ code }) => code))].toSorted()
}

type Tampering = readonly [what: string, statement: string, codes: readonly string[]]

const columns = 'system, routine, status, started_at, finished_at, duration_ms, is_dry_run, plan, started_by, host, pid'
const tamperings: readonly Tampering[] = [
  ['the status of a run', "update runs set status = 'succeeded' where id = 'r1'", ['run-altered']],
  ['the routine of a run', "update runs set routine = 'weekly' where id = 'r1'", ['run-altered']],
  ['a run under way that ended', "update runs set status = 'succeeded' where id = 'now'", ['run-unrecorded']],
  ['who started a run under way', "update runs set started_by = 'Zoé' where id = 'now'", ['run-altered']],
  [
    'a run made up',
    `insert into runs (id, ${columns}) select 'fake', ${columns} from runs where id = 'r1'`,
    ['run-unrecorded'],
  ],
  ['a run taken out', "delete from runs where id = 'r1'", ['measurement-unrecorded', 'run-missing', 'step-unrecorded']],
  ['the outcome of a step', "update steps set status = 'pass' where run_id = 'r2' and id = 'api/a'", ['step-altered']],
  [
    'the outcome of a step of a run that was cut off',
    "update steps set status = 'pass' where run_id = 'cut'",
    ['step-altered'],
  ],
  [
    'the outcome of a step of a run under way',
    "update steps set status = 'pass' where run_id = 'now'",
    ['step-altered'],
  ],
  [
    'a step with its digest',
    "update steps set status = 'pass', digest = (select digest from steps where run_id = 'r1' and id = 'api/b') where run_id = 'r2' and id = 'api/a'",
    ['step-altered', 'steps-of-run-altered'],
  ],
  ['a step taken out', "delete from steps where run_id = 'r1' and id = 'api/b'", ['steps-of-run-altered']],
  ['what a step saw', "update evidence set output = 'ok' where run_id = 'cut' and position = 1", ['step-altered']],
  ['evidence taken out', "delete from evidence where run_id = 'r2' and position = 1", ['step-altered']],
  [
    'evidence made up',
    "insert into evidence (run_id, step, position, attempt, what) values ('r1', 'api/a', 2, 1, 'x')",
    ['step-altered'],
  ],
  [
    'evidence of a step that is not there',
    "insert into evidence (run_id, step, position, attempt, what) values ('r1', 'api/none', 0, 1, 'x')",
    ['evidence-unrecorded'],
  ],
  ['a figure', 'update measurements set value = value + 1', ['measurement-altered']],
  ['a figure of a run under way', 'update measurements set value = 0 where value = 30.5', ['measurement-altered']],
  ['figures taken out', 'delete from measurements where value < 11', ['measurement-missing']],
  [
    'a figure made up',
    "insert into measurements values ('shop', 'api/a', 'latency_ms', '2026-01-01T00:00:00.000Z', 1)",
    ['measurement-unrecorded'],
  ],
  [
    'a figure of another name beside a true one',
    "insert into measurements select system, step, 'other', at, value from measurements",
    ['measurement-unrecorded'],
  ],
  ['the state of findings', "update findings set state = 'fixed'", ['finding-altered']],
  ['an acceptance', "update findings set accepted_by = 'Zoé' where state = 'accepted'", ['finding-altered']],
  ['an owner', "update findings set owner = 'Zoé' where subject = 'w'", ['finding-altered']],
  ['findings taken out', 'delete from findings', ['finding-history-unrecorded', 'finding-missing']],
  [
    'a finding made up',
    "insert into findings (system, fingerprint, kind, component, step, subject, severity, title, state, first_seen_at, last_seen_at, times_seen) select system, 'ffff', kind, component, step, subject, severity, title, state, first_seen_at, last_seen_at, times_seen from findings where subject = 'y'",
    ['finding-unrecorded'],
  ],
  [
    'what happened to a finding',
    "update finding_events set event = 'fixed' where event = 'opened'",
    ['finding-history-altered'],
  ],
  ['who accepted', "update finding_events set actor = 'Zoé' where event = 'accepted'", ['finding-history-altered']],
  ['a history taken out', 'delete from finding_events', ['finding-history-altered']],
  [
    'an event made up',
    "insert into finding_events (system, fingerprint, at, event, detail) select system, fingerprint, first_seen_at, 'back', '{}' from findings where subject = 'y'",
    ['finding-history-altered'],
  ],
  ['who signed', 'update sign_offs set "by" = \'Zoé\'', ['sign-off-altered', 'sign-off-unrecorded']],
  ['what was signed', "update sign_offs set note = 'non'", ['sign-off-altered', 'sign-off-unrecorded']],
  ['a signature taken out', 'delete from sign_offs', ['sign-off-missing']],
  [
    'a signature made up',
    "insert into sign_offs (system, step, at, \"by\", note) values ('shop', 'you/b', '2026-01-05T07:31:00.000Z', 'Ève', 'vu')",
    ['sign-off-unrecorded'],
  ],
  ['a signature on another item', "update sign_offs set step = 'you/b'", ['sign-off-missing', 'sign-off-unrecorded']],
  [
    'the end of a plan',
    `update plans set expires_at = '2099-01-01T00:00:00.000Z' where hash = '${hash}'`,
    ['plan-altered'],
  ],
  ['what a plan showed', `update plans set content = '[]' where hash = '${hash}'`, ['plan-altered']],
  ['who approved', `update plans set approved_by = 'Zoé' where hash = '${hash}'`, ['approval-altered']],
  [
    'an approval that was not used',
    `update plans set approved_at = null, approved_by = null, used_by = null where hash = '${hash}'`,
    ['approval-altered'],
  ],
  [
    'an approval made up',
    "update plans set approved_by = 'Zoé', used_by = 'r9' where hash like 'bbb%'",
    ['approval-unrecorded'],
  ],
  ['a plan taken out', "delete from plans where hash like 'bbb%'", ['plan-missing']],
  [
    'a plan made up',
    "insert into plans (hash, id, system, routine, created_at, expires_at, content) select 'cccc', 'cccc', system, routine, created_at, expires_at, content from plans where hash like 'bbb%'",
    ['plan-unrecorded'],
  ],
  [
    'when a step was first heard of',
    "update first_seen set at = '2030-01-01T00:00:00.000Z' where step = 'you/b'",
    ['first-seen-altered'],
  ],
  ['that a step was heard of', "delete from first_seen where step = 'you/b'", ['first-seen-missing']],
  [
    'which result is the newest',
    "update last_results set run_id = 'r1', finished_at = '2026-01-05T07:30:00.250Z'",
    ['last-result-altered'],
  ],
  ['a newest result taken out', 'delete from last_results', ['last-result-missing']],
]

export function tamperContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: what stands in the store against the audit`, () => {
    test('is sound as it was written, empty too', () =>
      withStore(place, async (store) => {
        assert.deepEqual(await codesOf(store), [])
        await fill(store)
        const { problems, cutOff } = await verifyAudit(store)
        assert.deepEqual([problems, cutOff], [[], 1])
      }))

    for (const [what, statement, codes] of tamperings) {
      test(`${what}, altered past the store, is named`, () =>
        withStore(place, async (store, here) => {
          await fill(store)
          await here.tamper(statement)
          assert.deepEqual(await codesOf(store), codes)
        }))
    }

    test('a finding that is set back to an earlier state of itself is named', () =>
      withStore(place, async (store, here) => {
        const look = (seconds: number) => ({ ...identity, step: 'api/a', runId: 'r1', at: at(seconds), canClose: true })
        const drafts = [{ subject: 'x', severity: 'high' as const, title }]
        const record = (seconds: number) => ({
          step: ended('r1', 'api/a', seconds),
          evidence: [],
          findings: {
            ...identity,
            settle: (known: Parameters<typeof settleFindings>[1]) =>
              settleFindings({ ...look(seconds), drafts, covers: undefined }, known),
          },
        })
        await store.runs.create(aRun('r1'), [])
        await store.runs.recordSteps([record(1)])
        await store.runs.finish('r1', { status: 'failed', finishedAt: at(2), durationMs: 1, plan: undefined })
        await here.tamper('create table before_it as select * from findings')
        await store.runs.create(aRun('r2'), [])
        await store.runs.recordSteps([{ ...record(3), step: ended('r2', 'api/a', 3) }])
        assert.deepEqual(await codesOf(store), [])
        await here.tamper('delete from findings')
        await here.tamper('insert into findings select * from before_it')
        assert.deepEqual(await codesOf(store), ['finding-altered'])
        await here.tamper('drop table before_it')
      }))

    test('is sound at every moment while other processes write', () =>
      withStore(place, async (store, here) => {
        const workers = ['p1', 'p2'].map((one) => startWorker(here.location, 'findings', one, 40))
        await Promise.all(workers.map((worker) => worker.said('ready')))
        for (const worker of workers) worker.begin()
        let hasEnded = false
        const all = Promise.all(workers.map(({ exit }) => exit)).then(() => {
          hasEnded = true
        })
        let looks = 0
        while (!hasEnded) {
          assert.deepEqual((await verifyAudit(store)).problems, [])
          looks++
          await new Promise((resolve) => setImmediate(resolve))
        }
        await all
        assert.ok(looks > 3, `${looks} looks`)
        assert.deepEqual((await verifyAudit(store)).problems, [])
      }))

    test('a step is not kept any more when its run was marked interrupted, and what was kept stays sound', () =>
      withStore(place, async (store) => {
        await store.runs.create(aRun('r1'), [aStep('r1', 'api/a')])
        await store.runs.markInterrupted('r1', at(5))
        const late = { step: ended('r1', 'api/a', 6), evidence: [] }
        await assert.rejects(store.runs.recordSteps([late]), { code: 'locked' })
        const end = { status: 'succeeded', finishedAt: at(7), durationMs: 1, plan: undefined } as const
        assert.equal(await store.runs.finish('r1', end), false)
        assert.equal((await store.runs.get('r1'))?.status, 'interrupted')
        assert.deepEqual(await codesOf(store), [])
      }))
  })
}
