import type { Step } from '../config/system.ts'
import { peopleComponent } from '../config/system.ts'
import { fingerprint } from '../core/fingerprint.ts'
import type { Text } from '../core/message.ts'
import type { Redactor } from '../core/redact.ts'
import type { FindingChanges, FindingLook, FindingRow } from '../store/finding-store.ts'
import type { EvidenceRow, StepRow, StoredAction } from '../store/step-row.ts'
import type { Store } from '../store/store.ts'
import { settleFindings } from './finding-life.ts'
import { inGroups } from './in-groups.ts'
import type { StepOutcome } from './outcome.ts'
import { redactedText } from './redacted-text.ts'
import { humanKind } from './run-human.ts'

/** Nobody sees this wait; dozens of quick looks share a commit in it. */
const lingerMs = 20

/** How a step ended, as the runner hands it over. */
export interface StepEnd {
  readonly outcome: StepOutcome
  readonly startedAt: Date
  readonly durationMs: number
  readonly attempts: number
  readonly evidence: readonly EvidenceRow[]
  readonly actions: readonly StoredAction[]
}

/** Keeps what steps of one run saw: rows, evidence, measurements, findings; secrets are taken out on the way. */
export interface Recorder {
  readonly rows: ReadonlyMap<string, StepRow>
  /** Findings that this run saw, as they stand after it. */
  readonly findings: ReadonlyMap<string, FindingRow>
  readonly missingTools: ReadonlySet<string>
  record(step: Step, end: StepEnd): Promise<StepRow>
}

export function createRecorder(
  store: Store,
  run: { readonly id: string; readonly system: string; readonly isDryRun: boolean },
  steps: readonly Step[],
  redactor: Redactor,
): Recorder {
  const rows = new Map(steps.map((step, position) => [step.id, firstRow(run.id, step, position)]))
  const findings = new Map<string, FindingRow>()
  const missingTools = new Set<string>()
  let atStart: Promise<ReadonlySet<string>> | undefined
  /** Whether anything was to be closed when the run began: most looks find nothing wrong, and need no query each. */
  const hasKnown = async (kind: string, component: string): Promise<boolean> => {
    atStart ??= store.findings
      .list({ system: run.system, states: ['open', 'accepted'] })
      .then((rows) => new Set(rows.map((row) => `${row.kind}\0${row.component}`)))
    return (await atStart).has(`${kind}\0${component}`)
  }
  const write = inGroups(store.runs.recordSteps, lingerMs)
  const redactText = (text: Text | undefined): Text | undefined => text && redactedText(text, redactor)

  return {
    rows,
    findings,
    missingTools,
    record: async (step, { outcome, startedAt, durationMs, attempts, evidence, actions }) => {
      const before = rows.get(step.id) ?? firstRow(run.id, step, rows.size)
      const drafts = outcome.findings.map((draft) => {
        const title = redactText(draft.title) ?? draft.title
        const remedy = redactText(draft.remedy)
        const { subject, severity } = draft
        return remedy === undefined ? { subject, severity, title } : { subject, severity, title, remedy }
      })
      const at = new Date(startedAt.getTime() + durationMs)
      const { kind, component } = identityOf(step)
      let settled: FindingChanges | undefined
      const { canClose, covers } = outcome
      const isLook = !run.isDryRun && (drafts.length > 0 || (canClose && (await hasKnown(kind, component))))
      const identity = { system: run.system, kind, component }
      const look: FindingLook = {
        ...identity,
        settle: (known) => {
          settled = settleFindings({ ...identity, step: step.id, runId: run.id, at, drafts, canClose, covers }, known)
          return settled
        },
      }
      const row: StepRow = {
        ...before,
        status: outcome.status,
        reason: redactText(outcome.reason),
        remedy: redactText(outcome.remedy),
        startedAt,
        durationMs,
        attempts,
        measurements: outcome.measurements,
        findings: drafts.map(({ subject }) => fingerprint(kind, component, subject)),
        actions: actions.map((action) => ({
          ...action,
          target: redactor.redact(action.target),
          note: redactText(action.note),
          ...(action.notes !== undefined && {
            notes: action.notes.map((note) => ({ ...note, text: redactText(note.text) ?? note.text })),
          }),
        })),
      }
      await write({
        step: row,
        evidence,
        ...(isLook && { findings: look }),
      })
      rows.set(step.id, row)
      for (const found of settled?.rows ?? []) if (found.state !== 'fixed') findings.set(found.fingerprint, found)
      if (outcome.isToolMissing) missingTools.add(step.id)
      return row
    },
  }
}

function identityOf(step: Step): { kind: string; component: string } {
  if (step.type === 'human') return { kind: humanKind, component: peopleComponent }
  return { kind: step.kind.kind, component: step.component.name }
}

function firstRow(runId: string, step: Step, position: number): StepRow {
  return {
    runId,
    id: step.id,
    position,
    ...identityOf(step),
    status: 'pending',
    reason: undefined,
    remedy: undefined,
    startedAt: undefined,
    durationMs: undefined,
    attempts: 0,
    effect: step.type === 'task' ? step.kind.effect : 'observe',
    criticality: step.criticality,
    measurements: {},
    findings: [],
    actions: [],
  }
}
