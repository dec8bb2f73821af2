const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000] as const
/** Up to here every point is worth seeing. */
const closeLookMs = 3 * hour
/** As many as a wide picture has columns. */
const mostSteps = 500
const niceSteps = [
  ...[minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour],
  ...[day, 2 * day, 7 * day, 30 * day],
]

/** The step that gives a good picture of a span, in milliseconds; 0 for the points as they are. */
export function stepFor(spanMs: number): number {
  if (spanMs <= closeLookMs) return 0
  return niceSteps.find((step) => spanMs / step <= mostSteps) ?? Math.ceil(spanMs / mostSteps / second) * second
}
