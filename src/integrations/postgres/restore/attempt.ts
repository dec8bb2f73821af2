import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import { codeOf } from '../connection/connection.ts'

export type Attempt = { readonly ok: true } | { readonly ok: false; readonly error: VigieError; readonly code: string }

/** Does something within a transaction that goes on when PostgreSQL refuses it. */
export async function attempt(session: Acting, work: () => Promise<unknown>): Promise<Attempt> {
  await session.query('savepoint vigie_attempt')
  try {
    await work()
  } catch (error) {
    if (!(error instanceof VigieError) || stateOf(error) === '') throw error
    await session.query('rollback to savepoint vigie_attempt; release savepoint vigie_attempt')
    return { ok: false, error, code: stateOf(error) }
  }
  await session.query('release savepoint vigie_attempt')
  return { ok: true }
}

/** The SQLSTATE that PostgreSQL gave; '' when it gave none. */
export function stateOf(error: unknown): string {
  const code = error instanceof VigieError ? codeOf(error.cause) : ''
  return /^[0-9A-Z]{5}$/.test(code) ? code : ''
}
