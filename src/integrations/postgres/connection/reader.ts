import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'
import { ask, type Row } from './connection.ts'

/** Asks a question, whoever answers: the read-only connections of a plan, or the session that acts. */
export type Reader = <T extends Row>(sql: string, values?: readonly unknown[]) => Promise<readonly T[]>

/** Throws `database-unavailable` when there is no answer. */
export function readerOf(component: Component<PostgresOptions>, ctx: StepContext): Reader {
  return async <T extends Row>(sql: string, values: readonly unknown[] = []) => {
    const answer = await ask<T>(component, { sql, values: () => values }, ctx)
    if (answer.ok) return answer.rows
    const { refusal: why, detail } = answer
    throw new VigieError('database-unavailable', couldNotAsk({ why, detail }), { hint: reachRemedy({ why }) })
  }
}

export function readerIn(session: Acting): Reader {
  return async <T extends Row>(sql: string, values: readonly unknown[] = []) =>
    (await session.query<T>(sql, values)).rows
}
