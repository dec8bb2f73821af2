import { fingerprint } from '../../src/core/fingerprint.ts'
import { settleFindings } from '../../src/engine/finding-life.ts'
import { openStore, type StoreLocation } from '../../src/store/open.ts'
import { aLease, aRun, aStep, at, ended } from './store-samples.ts'
import { aClaim } from './watch-samples.ts'

/**
 * Another process on the same store: `store-worker.ts <location as JSON> <job> <name> <count>`. It prints `ready` when the
 * store is open, begins at the first byte of its standard input, and prints a line for everything that was acknowledged.
 */
const [location = '', job = '', name = '', count = '0'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const store = await openStore(JSON.parse(location) as StoreLocation)
say('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))

if (job === 'audit') {
  for (let index = 0; index < Number(count); index++) {
    const { seq } = await store.audit.append({ at: at(index), actor: name, event: 'test.said', subject: { index } })
    say(`appended ${seq}`)
  }
}
if (job === 'lease') {
  for (let index = 0; index < Number(count); index++) {
    const lease = aLease(name, { name: `lease-${index}` })
    if ((await store.leases.acquire(lease)) === undefined) say(`won ${lease.name}`)
  }
}
if (job === 'plan') {
  for (let index = 0; index < Number(count); index++) {
    const hash = index.toString(16).padStart(64, '0')
    if (await store.plans.use(hash, { runId: name, by: name, at: at(1) })) say(`used ${hash}`)
  }
}
if (job === 'claim') {
  for (let round = 0; round < Number(count); round++) {
    for (const { id } of await store.outbox.claim(aClaim(name, 300))) {
      say(`sent ${id}`)
      const end = { attempts: 1, nextAttemptAt: at(300), lastError: undefined, deliveredAt: at(300) }
      await store.outbox.settle(id, name, { ...end, state: 'delivered' })
    }
  }
}
if (job === 'steps') {
  const steps = Array.from({ length: Number(count) }, (_, position) => aStep(name, `api/s${position}`, { position }))
  await store.runs.create(aRun(name), steps)
  say('created')
  for (const { id, position } of steps) {
    const evidence = [{ attempt: 1, what: `saw ${position}`, exitCode: 0, output: 'x'.repeat(2000), durationMs: 1.5 }]
    await store.runs.recordSteps([{ step: ended(name, id, position, { position }), evidence: evidence }])
    const { seq } = await store.audit.append({ at: at(position), actor: name, event: 'step', subject: { id } })
    say(`recorded ${id} ${seq}`)
  }
}
if (job === 'findings') {
  // The same finding in every process, and one of its own; an owner is named now and then.
  await store.runs.create(aRun(name), [])
  for (let index = 0; index < Number(count); index++) {
    const identity = { system: 'shop', kind: 'postgres.indexes', component: 'db' }
    const step = ended(name, 'db/indexes', index, { component: 'db', kind: identity.kind })
    const title = { code: 'a.b', params: {} }
    const drafts = ['shared', name].map((subject) => ({ subject, severity: 'high' as const, title }))
    const look = { ...identity, step: step.id, runId: name, at: at(index), drafts, canClose: false, covers: undefined }
    await store.runs.recordSteps([
      { step, evidence: [], findings: { ...identity, settle: (known) => settleFindings(look, known) } },
    ])
    const print = { system: 'shop', fingerprint: fingerprint(identity.kind, identity.component, 'shared') }
    const decision = { ...print, at: at(index), actor: name, event: 'assigned' as const, detail: { index } }
    await store.findings.decide({ ...decision, change: () => ({ owner: name }) })
  }
}
await store.close()
process.stdin.destroy()
