import type { ActionNote } from './action-note.ts'
import type { Text } from './message.ts'

/** Every error that a user can meet: code → exit code (§7 of the CLI contract) and HTTP status. Closed and documented. */
export const errorCodes = {
  usage: { exit: 2, http: 400 },
  'config-not-found': { exit: 2, http: 500 },
  'config-unreadable': { exit: 2, http: 500 },
  'config-invalid': { exit: 2, http: 500 },
  'secret-missing': { exit: 2, http: 500 },
  'unknown-routine': { exit: 2, http: 404 },
  'unknown-step': { exit: 2, http: 404 },
  'unknown-run': { exit: 2, http: 404 },
  'unknown-finding': { exit: 2, http: 404 },
  'unknown-plan': { exit: 2, http: 404 },
  'unknown-heartbeat': { exit: 2, http: 404 },
  'unknown-alert': { exit: 2, http: 404 },
  'unknown-silence': { exit: 2, http: 404 },
  'unknown-channel': { exit: 2, http: 404 },
  'not-found': { exit: 2, http: 404 },
  'method-not-allowed': { exit: 2, http: 405 },
  'request-timeout': { exit: 2, http: 408 },
  'link-expired': { exit: 2, http: 410 },
  'request-too-large': { exit: 2, http: 413 },
  'unsupported-encoding': { exit: 2, http: 415 },
  'rate-limited': { exit: 3, http: 429 },
  unauthorized: { exit: 2, http: 401 },
  'not-ready': { exit: 3, http: 503 },
  'no-answer': { exit: 3, http: 503 },
  'plan-changed': { exit: 3, http: 409 },
  'plan-expired': { exit: 2, http: 410 },
  'approval-required': { exit: 3, http: 409 },
  locked: { exit: 4, http: 423 },
  'store-unwritable': { exit: 2, http: 503 },
  'store-damaged': { exit: 1, http: 500 },
  'audit-broken': { exit: 1, http: 500 },
  'tool-missing': { exit: 3, http: 501 },
  'database-unavailable': { exit: 3, http: 503 },
  'action-refused': { exit: 1, http: 409 },
  'backup-failed': { exit: 1, http: 409 },
  'unknown-backup': { exit: 2, http: 404 },
  'not-proved': { exit: 1, http: 409 },
  canceled: { exit: 130, http: 499 },
  'node-too-old': { exit: 2, http: 500 },
  internal: { exit: 2, http: 500 },
} as const satisfies Record<string, { exit: number; http: number }>

export type ErrorCode = keyof typeof errorCodes

/** What failed, on what, why (`text`), and what to do next (`hint`). */
export class VigieError extends Error {
  readonly code: ErrorCode
  readonly text: Text
  readonly hint: Text | undefined
  /** What else was noticed by then. */
  readonly notes: readonly ActionNote[]

  constructor(
    code: ErrorCode,
    text: Text,
    options: { hint?: Text; cause?: unknown; notes?: readonly ActionNote[] } = {},
  ) {
    super(`${code}: ${text.code} ${JSON.stringify(text.params)}`, { cause: options.cause })
    this.name = 'VigieError'
    this.code = code
    this.text = text
    this.hint = options.hint
    this.notes = options.notes ?? []
  }
}
