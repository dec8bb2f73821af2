/** The closed word lists of the design. Each is the union that code, tables, JSON and the CLI share. */
export const effects = ['observe', 'change', 'disrupt', 'destroy'] as const
export type Effect = (typeof effects)[number]

export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const criticalities = ['informative', 'important', 'critical'] as const
export type Criticality = (typeof criticalities)[number]

export const cadences = ['daily', 'weekly', 'monthly', 'quarterly'] as const
export type Cadence = (typeof cadences)[number]

export const stepStatuses = [
  'pass',
  'warn',
  'fail',
  'error',
  'skipped',
  'done',
  'pending',
  'interrupted',
  'waiting_approval',
] as const
export type StepStatus = (typeof stepStatuses)[number]

export const runStatuses = [
  'queued',
  'running',
  'waiting_approval',
  'succeeded',
  'partial',
  'failed',
  'canceled',
  'interrupted',
] as const
export type RunStatus = (typeof runStatuses)[number]

export const findingStates = ['open', 'accepted', 'fixed'] as const
export type FindingState = (typeof findingStates)[number]

/** Whether `severity` is `limit` or worse. */
export function isAtLeast(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(limit)
}

/** The worse of two effects. */
export function worseEffect(a: Effect, b: Effect): Effect {
  return effects.indexOf(a) >= effects.indexOf(b) ? a : b
}
