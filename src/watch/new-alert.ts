import type { Alert } from '../core/alert.ts'

/** An alert that begins to fire now. */
export function newAlert(
  about: Pick<Alert, 'id' | 'system' | 'key' | 'source' | 'rule' | 'severity' | 'title'> &
    Partial<Pick<Alert, 'component' | 'labels' | 'remedy'>>,
  at: Date,
): Alert {
  return {
    component: '',
    labels: {},
    remedy: undefined,
    ...about,
    state: 'firing',
    value: undefined,
    startedAt: at,
    firedAt: at,
    resolvedAt: undefined,
    acknowledgedAt: undefined,
    acknowledgedBy: undefined,
    silencedBy: undefined,
  }
}

export function resolved(alert: Alert, at: Date): Alert {
  return { ...alert, state: 'resolved', resolvedAt: at }
}
