import type { FindingChanges, FindingEventRow, FindingLook, FindingRow } from '../../src/store/finding-store.ts'
import type { LeaseRow } from '../../src/store/lease-store.ts'
import type { PlanRow } from '../../src/store/plan-store.ts'
import type { RunRow } from '../../src/store/run-store.ts'
import type { StepRow } from '../../src/store/step-row.ts'
import type { Store } from '../../src/store/store.ts'

/** A lone surrogate: half a character, as a string cut in the wrong place has it. */
export const halfCharacter = String.fromCharCode(0xd800)

/** A moment of the tests' own calendar, `seconds` after its beginning. */
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 5, 7, 30) + seconds * 1000)

export const aRun = (id: string, changes: Partial<RunRow> = {}): RunRow => ({
  id,
  system: 'shop',
  routine: 'daily',
  status: 'running',
  startedAt: at(0),
  finishedAt: undefined,
  durationMs: undefined,
  isDryRun: false,
  plan: undefined,
  startedBy: 'cli',
  host: 'host-1',
  pid: 4242,
  ...changes,
})

export const aStep = (runId: string, id: string, changes: Partial<StepRow> = {}): StepRow => ({
  runId,
  id,
  position: 0,
  component: 'api',
  kind: 'http.status',
  status: 'pending',
  reason: undefined,
  remedy: undefined,
  startedAt: undefined,
  durationMs: undefined,
  attempts: 0,
  effect: 'observe',
  criticality: 'important',
  measurements: {},
  findings: [],
  actions: [],
  ...changes,
})

export const ended = (runId: string, id: string, seconds: number, changes: Partial<StepRow> = {}): StepRow =>
  aStep(runId, id, { status: 'pass', startedAt: at(seconds), durationMs: 250, attempts: 1, ...changes })

export const aFinding = (fingerprint: string, changes: Partial<FindingRow> = {}): FindingRow => ({
  system: 'shop',
  fingerprint,
  kind: 'postgres.indexes',
  component: 'db',
  step: 'db/indexes',
  subject: 'public.orders_idx',
  severity: 'high',
  title: { code: 'postgres.unused-index', params: { name: 'orders_idx', bytes: 8192 } },
  remedy: { code: 'postgres.drop-index', params: { sql: 'DROP INDEX "orders_idx"' } },
  state: 'open',
  owner: undefined,
  dueAt: undefined,
  acceptedUntil: undefined,
  acceptedBy: undefined,
  acceptedReason: undefined,
  firstSeenAt: at(0),
  lastSeenAt: at(0),
  fixedAt: undefined,
  timesSeen: 1,
  ...changes,
})

/** A look on the samples' own component that leaves these rows and events, whatever was there. */
export const aLook = (rows: readonly FindingRow[], events: readonly FindingEventRow[] = []): FindingLook => ({
  system: 'shop',
  kind: 'postgres.indexes',
  component: 'db',
  settle: (): FindingChanges => ({ rows, events }),
})

/** Keeps findings as a run does: by a step of it. */
export async function keepFindings(
  store: Store,
  rows: readonly FindingRow[],
  events: readonly FindingEventRow[] = [],
): Promise<void> {
  if ((await store.runs.get('looks')) === undefined) await store.runs.create(aRun('looks'), [])
  const step = ended('looks', 'db/indexes', 1, { component: 'db', kind: 'postgres.indexes' })
  await store.runs.recordSteps([{ step, evidence: [], findings: aLook(rows, events) }])
}

export const aPlan = (hash: string, changes: Partial<PlanRow> = {}): PlanRow => ({
  id: hash.slice(0, 10),
  hash,
  system: 'shop',
  routine: 'weekly',
  runId: undefined,
  createdAt: at(0),
  expiresAt: at(3600),
  content: { steps: [{ step: 'docs/clean', actions: ['remove é\u0000\u{1F600}'] }] },
  approvedAt: undefined,
  approvedBy: undefined,
  usedBy: undefined,
  ...changes,
})

export const aLease = (holder: string, changes: Partial<LeaseRow> = {}): LeaseRow => ({
  name: 'component:shop/db',
  holder,
  host: 'host-1',
  pid: 4242,
  place: 'boot-1 pid:[1]',
  acquiredAt: at(0),
  expiresAt: at(60),
  ...changes,
})
