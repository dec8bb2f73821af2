import { VigieError } from '../core/errors.ts'
import { errorCode } from '../core/field-of.ts'
import { damaged, damagedHint, unreachable, unreachableHint } from './messages.ts'

/**
 * Classes of SQLSTATE that are the server's or its settings' doing: 08 connection, 25 read-only, 28 authorization, 3D and
 * 3F no such database or schema, 53 no room, 55 not available, 57 shut down, 58 its system.
 */
const outsideClasses = ['08', '25', '28', '3D', '3F', '53', '55', '57', '58']
const insufficientPrivilege = '42501'
/** data_corrupted and index_corrupted. */
const damageStates = ['XX001', 'XX002']

export function sqlState(error: unknown): string | undefined {
  const code = errorCode(error)
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** A failure of the server or of the way to it in our words; anything else as it is. */
export function postgresError(error: unknown): unknown {
  if (error instanceof VigieError || !(error instanceof Error)) return error
  const state = sqlState(error)
  // A refusal on every address of a name has its words only in its code.
  const detail = error.message || String(errorCode(error))
  if (state !== undefined && damageStates.includes(state)) {
    return new VigieError('store-damaged', damaged({ where: 'PostgreSQL', detail }), {
      hint: damagedHint({}),
      cause: error,
    })
  }
  // pg throws its own errors without a code when a connection ends or cannot be made in time; a socket has a code of its own.
  const isOutside =
    state === undefined
      ? 'syscall' in error ||
        /connect|terminated|ended|timeout|SASL|SSL|Invalid URL|AggregateError/i.test(`${error.name} ${detail}`)
      : outsideClasses.includes(state.slice(0, 2)) || state === insufficientPrivilege
  return isOutside
    ? new VigieError('store-unwritable', unreachable({ detail }), { hint: unreachableHint({}), cause: error })
    : error
}
