import type { Text } from './message.ts'
import type { Severity } from './words.ts'

export type Measurements = Readonly<Record<string, number>>

/** Something to put right, as judge names it. */
export interface FindingDraft {
  /**
   * What the finding is about within the component, in a form that stays the same from run to run: an index name, a
   * mount point, a sub-check. Never prose, a number that changes or a line. '' is the component itself.
   */
  readonly subject: string
  readonly severity: Severity
  readonly title: Text
  readonly remedy?: Text
}

interface Seen {
  /**
   * How many things of the question's kind the probe really looked at. 0 is never a pass: the engine turns such a pass
   * into `error`, and closes no finding.
   */
  readonly saw: number
  /** When given, only findings on these subjects can be closed by this look; without it, every finding of the check can. */
  readonly covers?: readonly string[]
  /** Names end in their unit: `latency_ms`, `used_ratio`, `size_bytes`. */
  readonly measurements?: Measurements
}

/**
 * What judge says of a sample. `error` means "could not tell": nothing is closed by it. `skipped` is for a question that
 * makes no sense here (by design) or that needs a tool which is not installed (which leaves the run partial).
 * A warn or fail without findings gets one on the component itself, from its reason.
 */
export type Verdict =
  | ({ readonly status: 'pass'; readonly reason?: Text } & Seen)
  | ({
      readonly status: 'warn' | 'fail'
      readonly reason: Text
      readonly remedy?: Text
      readonly findings?: readonly FindingDraft[]
    } & Seen)
  | { readonly status: 'error'; readonly reason: Text; readonly remedy?: Text; readonly measurements?: Measurements }
  | {
      readonly status: 'skipped'
      readonly reason: Text
      readonly because: 'by-design' | 'missing-tool'
      readonly remedy?: Text
    }

/** `fail` when any finding is high or critical, else `warn`: the usual way from findings to a status. */
export function statusOf(findings: readonly FindingDraft[]): 'warn' | 'fail' {
  return findings.some(({ severity }) => severity === 'high' || severity === 'critical') ? 'fail' : 'warn'
}
