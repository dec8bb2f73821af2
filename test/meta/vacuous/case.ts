import type { z } from 'zod'
import type { AnyCheckKind, CheckKind } from '../../../src/core/check.ts'
import { outcomeOf, type StepOutcome } from '../../../src/engine/outcome.ts'
import { commandResult } from '../../support/command-result.ts'

/** A look of a check kind in which there was nothing to see. */
export interface VacuousCase {
  readonly check: AnyCheckKind
  readonly what: string
  /** Judged as the engine does it. */
  judged(): StepOutcome
}

/** Cases of one kind, each a sample of its own type; `options` are those under which the sample says nothing. */
export function nothingSeen<Options, Schema extends z.ZodType, Sample>(
  check: CheckKind<Options, Schema, Sample>,
  samples: Readonly<Record<string, Sample>>,
  options?: z.input<Schema>,
): readonly VacuousCase[] {
  return Object.entries(samples).map(([what, sample]) => ({
    check,
    what,
    judged: () => {
      const parsed = check.options.parse(options ?? {})
      return outcomeOf(check.judge(sample, parsed), check.criticality ?? 'important')
    },
  }))
}

/** Why a look that saw nothing was judged wrongly; undefined when it was not. */
export function faultOf({ status, canClose, reason }: StepOutcome): string | undefined {
  if (status !== 'error' && status !== 'skipped' && status !== 'fail') return `is ${status}`
  if (reason === undefined) return 'gives no reason'
  return status !== 'fail' && canClose ? 'closes findings' : undefined
}

/** Kinds without any case. */
export function uncovered(checks: readonly AnyCheckKind[], cases: readonly VacuousCase[]): readonly string[] {
  return checks.filter((check) => !cases.some((one) => one.check === check)).map(({ kind }) => kind)
}

export const notInstalled = commandResult({ outcome: 'not-found', exitCode: undefined })
export const timedOut = commandResult({ outcome: 'timed-out', exitCode: undefined })
