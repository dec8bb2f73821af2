import type { Text } from '../core/message.ts'
import type { FindingDraft, Measurements, Verdict } from '../core/verdict.ts'
import type { Criticality, RunStatus, Severity, StepStatus } from '../core/words.ts'
import { isAtLeast } from '../core/words.ts'
import type { FindingRow } from '../store/finding-store.ts'
import { sawNothing } from './messages.ts'

/** What a step came to, whatever its type. */
export interface StepOutcome {
  readonly status: StepStatus
  readonly reason: Text | undefined
  readonly remedy: Text | undefined
  readonly measurements: Measurements
  readonly findings: readonly FindingDraft[]
  /** Whether this look may close findings it no longer names. */
  readonly canClose: boolean
  readonly covers: readonly string[] | undefined
  /** Skipped because a tool is missing: leaves the run partial. */
  readonly isToolMissing: boolean
}

const blank = {
  reason: undefined,
  remedy: undefined,
  measurements: {},
  findings: [],
  canClose: false,
  covers: undefined,
  isToolMissing: false,
}

export function outcome(status: StepStatus, more: Partial<StepOutcome> = {}): StepOutcome {
  return { ...blank, ...more, status }
}

/** The outcome of a check. A pass that saw nothing is an error; a warn or fail without findings gets one on the component. */
export function outcomeOf(verdict: Verdict, criticality: Criticality): StepOutcome {
  if (verdict.status === 'error') {
    return outcome('error', {
      reason: verdict.reason,
      remedy: verdict.remedy,
      measurements: verdict.measurements ?? {},
    })
  }
  if (verdict.status === 'skipped') {
    const isToolMissing = verdict.because === 'missing-tool'
    return outcome('skipped', { reason: verdict.reason, remedy: verdict.remedy, isToolMissing })
  }
  const seen = { measurements: verdict.measurements ?? {}, canClose: verdict.saw > 0, covers: verdict.covers }
  if (verdict.status === 'pass') {
    if (!(verdict.saw > 0)) return outcome('error', { reason: verdict.reason ?? sawNothing({}) })
    return outcome('pass', { ...seen, reason: verdict.reason })
  }
  const named = verdict.findings ?? []
  const whole: FindingDraft = {
    subject: '',
    severity: defaultSeverity(verdict.status, criticality),
    title: verdict.reason,
    ...(verdict.remedy !== undefined && { remedy: verdict.remedy }),
  }
  return outcome(verdict.status, {
    ...seen,
    reason: verdict.reason,
    remedy: verdict.remedy ?? named.find(({ remedy }) => remedy !== undefined)?.remedy,
    findings: named.length > 0 ? named : [whole],
  })
}

const severityByCriticality: Readonly<Record<'warn' | 'fail', Readonly<Record<Criticality, Severity>>>> = {
  warn: { informative: 'low', important: 'medium', critical: 'medium' },
  fail: { informative: 'medium', important: 'high', critical: 'critical' },
}

export function defaultSeverity(status: 'warn' | 'fail', criticality: Criticality): Severity {
  return severityByCriticality[status][criticality]
}

/** The run's status from its steps: any fail is failed; else what could not be told or waits. §7 of the CLI contract. */
export function runStatusOf(steps: readonly { status: StepStatus; isToolMissing: boolean }[]): RunStatus {
  const has = (status: StepStatus): boolean => steps.some((step) => step.status === status)
  if (has('fail')) return 'failed'
  if (has('waiting_approval')) return 'waiting_approval'
  if (has('error') || has('interrupted') || steps.some((step) => step.isToolMissing)) return 'partial'
  return 'succeeded'
}

/** The exit code of a run. §7 of the CLI contract; `findings` are those that this run saw. */
export function exitCodeOf(
  status: RunStatus,
  findings: readonly Pick<FindingRow, 'state' | 'severity'>[],
  limit: Severity,
): number {
  if (status === 'canceled') return 130
  if (status === 'failed') return 1
  if (findings.some(({ state, severity }) => state === 'open' && isAtLeast(severity, limit))) return 1
  return status === 'succeeded' ? 0 : 3
}
