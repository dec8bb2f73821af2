import { setTimeout as wait } from 'node:timers/promises'
import type { CheckStep } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import { readSecret } from '../platform/secrets.ts'
import type { EvidenceRow } from '../store/step-row.ts'
import { couldNotLook, ownNetworkGone, timedOut } from './messages.ts'
import { outcome, outcomeOf, type StepOutcome } from './outcome.ts'
import { isLocal, type OwnNetwork } from './own-network.ts'
import { createStepContext, type StepScope } from './step-context.ts'
import { CanceledError, TimeLimitError, withTimeLimit } from './time-limit.ts'

export interface Ended {
  readonly outcome: StepOutcome
  /** The outcome was not judged: our own network did not serve. */
  readonly isUnjudged: boolean
  readonly evidence: readonly EvidenceRow[]
  readonly attempts: number
}

/** One check with its attempts: the last one counts, the evidence of all is kept. Throws `CanceledError` only. */
export async function runCheck(
  step: CheckStep,
  scope: (attempt: number) => StepScope,
  network: OwnNetwork,
  signal: AbortSignal,
): Promise<Ended> {
  const evidence: EvidenceRow[] = []
  for (let attempt = 1; ; attempt++) {
    const own = scope(attempt)
    const looked = await look(step, own, signal)
    evidence.push(...looked.evidence)
    const isBad = looked.outcome.status === 'fail' || looked.outcome.status === 'error'
    if (isBad && attempt < step.attempts) {
      // Only an abort ends the pause before its time.
      await wait(step.kind.retry?.delayMs ?? 1000, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) continue
    }
    // A failure that was seen needed the network to be seen.
    const hasSeen = looked.outcome.status === 'fail' && looked.outcome.canClose
    if (isBad && !hasSeen && (await looksAfar(step, own.baseDir)) && (await network.isGone())) {
      const reason = ownNetworkGone({ references: network.references.join(', ') })
      return { outcome: outcome('error', { reason }), isUnjudged: true, evidence, attempts: attempt }
    }
    return { outcome: looked.outcome, isUnjudged: false, evidence, attempts: attempt }
  }
}

/** Whether the check looks at another machine, so that our own network decides what it sees. */
export async function looksAfar({ kind, component }: CheckStep, baseDir: string): Promise<boolean> {
  const address = await kind.remote?.(component.options, (secret) => readSecret(secret, baseDir))
  return address !== undefined && !isLocal(address)
}

async function look(
  step: CheckStep,
  scope: StepScope,
  signal: AbortSignal,
): Promise<Pick<Ended, 'outcome' | 'evidence'>> {
  let evidence: EvidenceRow[] = []
  const component = { name: step.component.name, system: scope.system, options: step.component.options }
  try {
    const sample = await withTimeLimit(step.timeoutMs, signal, (limited) => {
      const made = createStepContext(scope, limited)
      evidence = made.evidence
      return step.kind.probe(component, step.options, made.ctx)
    })
    // What a look saw after it was canceled is what the cancel made of it.
    if (signal.aborted) throw new CanceledError('canceled')
    return { outcome: outcomeOf(step.kind.judge(sample, step.options), step.criticality), evidence }
  } catch (error) {
    if (error instanceof CanceledError) throw error
    return { outcome: outcome('error', reasonOf(error, step.timeoutMs)), evidence }
  }
}

/** Why something could not be done, from what was thrown. */
export function reasonOf(error: unknown, limitMs: number): Pick<StepOutcome, 'reason' | 'remedy'> {
  if (error instanceof TimeLimitError) return { reason: timedOut({ limitMs }), remedy: undefined }
  if (error instanceof VigieError) return { reason: error.text, remedy: error.hint }
  return { reason: couldNotLook({ detail: detailOf(error) }), remedy: undefined }
}

export function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.split('\n')[0]?.slice(0, 300) ?? ''
}
