/** `between` is the band of a hysteresis: nothing begins there, and nothing ends. `unknown` is no proof of anything. */
export type Verdict = 'breach' | 'between' | 'clear' | 'unknown'

/** What a condition is at a time, for one label set. */
export interface Look {
  readonly verdict: Verdict
  readonly value: number | undefined
  /**
   * The monotonic time of the point since which it is so without a break, when it became so since the look before;
   * undefined: as then, or not known better than now.
   */
  readonly since: number | undefined
  /** The monotonic time until which it is known: what came last holds until the next is due. Undefined: until now. */
  readonly until?: number
}

export const unknownLook: Look = { verdict: 'unknown', value: undefined, since: undefined }

/** Both: what is known of one of them may suffice. */
export function both(left: Look, right: Look): Look {
  const { value } = left
  const verdicts = [left.verdict, right.verdict]
  const verdict = (['clear', 'unknown', 'between'] as const).find((one) => verdicts.includes(one)) ?? 'breach'
  return { verdict, value, since: undefined }
}

export function either(left: Look, right: Look): Look {
  const verdicts = [left.verdict, right.verdict]
  const verdict = (['breach', 'unknown', 'between'] as const).find((one) => verdicts.includes(one)) ?? 'clear'
  return {
    verdict,
    value: right.verdict === 'breach' && left.verdict !== 'breach' ? right.value : left.value,
    since: undefined,
  }
}
