import type { Clock } from '../core/clock.ts'
import type { AuditLog } from '../store/audit-log.ts'
import type { AlertStore } from '../store/watch-store.ts'

/** Takes an alert for somebody, once, and writes that into the audit. False when it was taken before, or is over. */
export async function acknowledgeAlert(
  { alerts, audit }: { readonly alerts: Pick<AlertStore, 'acknowledge'>; readonly audit: Pick<AuditLog, 'append'> },
  clock: Clock,
  id: string,
  by: string,
): Promise<boolean> {
  const at = clock.now()
  const isTaken = await alerts.acknowledge(id, by, at)
  if (isTaken) await audit.append({ at, actor: by, event: 'alert.acknowledged', subject: { alert: id } })
  return isTaken
}
