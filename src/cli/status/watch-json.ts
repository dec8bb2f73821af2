import type { z } from 'zod'
import type { Text } from '../../core/message.ts'
import type { WatchState } from '../../watch/watch-state.ts'
import type { watchShape } from '../json-shapes/status.ts'

export function watchJson(watch: WatchState, render: (text: Text) => string): z.infer<typeof watchShape> {
  return {
    state: watch.state,
    startedAt: iso(watch.startedAt),
    seenAt: iso(watch.seenAt),
    host: watch.host ?? null,
    components: watch.components.map(({ oldestAt, newestAt, ...component }) => ({
      ...component,
      oldestAt: iso(oldestAt),
      newestAt: iso(newestAt),
    })),
    looks: watch.looks.map(({ step, component, status, reason, at, everyMs, isOld }) => ({
      ...{ step, component, status: status ?? null },
      summary: reason === undefined ? null : render(reason),
      ...{ at: iso(at), everyMs, isOld },
    })),
    alerts: watch.alerts.map(({ id, component, rule, severity, firedAt, startedAt }) => ({
      ...{ id, component, rule, severity, firedAt: (firedAt ?? startedAt).toISOString() },
    })),
  }
}

function iso(at: Date | undefined): string | null {
  return at?.toISOString() ?? null
}
