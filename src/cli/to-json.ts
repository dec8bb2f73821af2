import type { z } from 'zod'
import type { Text } from '../core/message.ts'
import type { FindingRow } from '../store/finding-store.ts'
import type { RunRow } from '../store/run-store.ts'
import type { EvidenceRow, StepRow } from '../store/step-row.ts'
import type { findingShape } from './json-shapes/findings.ts'
import type { evidenceShape, runShape, stepShape } from './json-shapes/runs.ts'

type Render = (text: Text) => string

export function runJson(run: RunRow): z.infer<typeof runShape> {
  return {
    id: run.id,
    system: run.system,
    routine: run.routine,
    status: run.status,
    startedAt: run.startedAt.toISOString(),
    durationMs: run.durationMs ?? null,
    dryRun: run.isDryRun,
    plan: run.plan ?? null,
    startedBy: run.startedBy,
  }
}

export function stepJson(step: StepRow, render: Render): z.infer<typeof stepShape> {
  return {
    id: step.id,
    component: step.component,
    kind: step.kind,
    status: step.status,
    summary: step.reason === undefined ? '' : render(step.reason),
    remedy: step.remedy === undefined ? null : render(step.remedy),
    durationMs: step.durationMs ?? null,
    attempts: step.attempts,
    effect: step.effect,
    criticality: step.criticality,
    measurements: { ...step.measurements },
    findings: [...step.findings],
    actions: step.actions.map(({ summary, effect, target, bytes, status, note, notes = [] }) => ({
      summary: render(summary),
      effect,
      target,
      bytes: bytes ?? null,
      status,
      note: note === undefined ? null : render(note),
      notes: notes.map(({ about, text, isWarning }) => ({
        ...{ about, code: text.code, message: render(text), isWarning: isWarning === true },
      })),
    })),
  }
}

export function findingJson(row: FindingRow, render: Render): z.infer<typeof findingShape> {
  return {
    fingerprint: row.fingerprint,
    system: row.system,
    severity: row.severity,
    code: row.title.code,
    params: { ...row.title.params },
    title: render(row.title),
    component: row.component,
    step: row.step,
    subject: row.subject,
    remedy: row.remedy === undefined ? null : render(row.remedy),
    state: row.state,
    owner: row.owner ?? null,
    dueAt: row.dueAt?.toISOString() ?? null,
    acceptedUntil: row.acceptedUntil?.toISOString() ?? null,
    firstSeen: row.firstSeenAt.toISOString(),
    lastSeen: row.lastSeenAt.toISOString(),
    timesSeen: row.timesSeen,
  }
}

export function evidenceJson(step: string, row: EvidenceRow): z.infer<typeof evidenceShape> {
  return {
    step,
    attempt: row.attempt,
    what: row.what,
    exitCode: row.exitCode ?? null,
    output: row.output ?? null,
    durationMs: row.durationMs ?? null,
  }
}
