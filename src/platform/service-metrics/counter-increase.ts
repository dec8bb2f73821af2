/**
 * How much a counter grew. One that went down began anew, and all that it shows came since; one that was not there before
 * began at nothing, since programs make a series when they first count something.
 */
export function counterIncrease(before: number | undefined, now: number): number {
  if (!Number.isFinite(now)) return 0
  return before === undefined || !Number.isFinite(before) || now < before ? now : now - before
}
