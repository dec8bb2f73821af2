import type { Alert } from '../core/alert.ts'
import { newAlert, resolved } from './new-alert.ts'

/** Something that is wrong with the watch itself. */
export type OwnTrouble = Pick<Alert, 'severity' | 'title' | 'remedy'>

export interface OwnTroubleParts {
  readonly system: string
  makeId(): string
  now(): Date
  /** Read anew each time: others acknowledge an alert, and silences over it end. */
  firing(): Promise<readonly Alert[]>
  decide(alerts: readonly Alert[]): Promise<readonly Alert[]>
}

/** Tells of a trouble of the watch itself, once while it lasts, and of its end (`undefined`). */
export function createTellOwn({ system, makeId, now, firing, decide }: OwnTroubleParts) {
  return async (key: string, trouble: OwnTrouble | undefined): Promise<void> => {
    const open = (await firing()).find((alert) => alert.source === 'watch' && alert.key === key)
    if (open !== undefined && trouble === undefined) await decide([resolved(open, now())])
    if (open !== undefined || trouble === undefined) return
    await decide([newAlert({ system, key, source: 'watch', rule: key, ...trouble, id: makeId() }, now())])
  }
}
