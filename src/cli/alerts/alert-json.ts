import type { z } from 'zod'
import type { Alert } from '../../core/alert.ts'
import type { Text } from '../../core/message.ts'
import type { SilenceRow } from '../../store/watch-store.ts'
import type { alertShape, silenceShape, windowShape } from '../json-shapes/alerts.ts'
import { type PresentWindow, quietOf } from './open-alerts.ts'

export function alertJson(
  alert: Alert,
  silences: readonly SilenceRow[],
  render: (text: Text) => string,
): z.infer<typeof alertShape> {
  const { id, system, source, rule, component, labels, severity, state, title, remedy, value } = alert
  const quiet = quietOf(alert, silences)
  return {
    ...{ id, system, source, rule, component, labels: { ...labels }, severity, state },
    code: title.code,
    params: { ...title.params },
    title: render(title),
    remedy: remedy === undefined ? null : render(remedy),
    value: value ?? null,
    startedAt: alert.startedAt.toISOString(),
    firedAt: isoOf(alert.firedAt),
    resolvedAt: isoOf(alert.resolvedAt),
    acknowledgedAt: isoOf(alert.acknowledgedAt),
    acknowledgedBy: alert.acknowledgedBy ?? null,
    silencedBy:
      quiet === undefined
        ? null
        : {
            id: quiet.id,
            kind: quiet.kind,
            reason: quiet.silence?.reason ?? null,
            endsAt: isoOf(quiet.silence?.endsAt),
          },
  }
}

export function silenceJson(silence: SilenceRow): z.infer<typeof silenceShape> {
  const { id, system, matcher, reason, createdBy, startsAt, endsAt } = silence
  return {
    ...{ id, system, component: matcher.component ?? null, rule: matcher.rule ?? null, reason, createdBy },
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  }
}

export function windowJson({ startsAt, endsAt, components, ...window }: PresentWindow): z.infer<typeof windowShape> {
  return {
    ...window,
    components: components === undefined ? null : [...components],
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  }
}

function isoOf(date: Date | undefined): string | null {
  return date?.toISOString() ?? null
}
