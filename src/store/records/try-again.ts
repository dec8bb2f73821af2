import { errorCode, fieldOf } from '../../core/field-of.ts'

/** A row was changed by another process between our reading and our writing. */
export class OutdatedError extends Error {}

const uniqueViolation = '23505'
/** serialization_failure and deadlock_detected of PostgreSQL. */
const collisions = ['40001', '40P01']
/** Of those who write one row at once, one is done at every try; more than ever run at once. */
const maxTries = 100

/** Does a transaction again when another process was faster. Any other failure is thrown as it is. */
export async function whileOthersAreFaster<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isCollision(error) || tries === maxTries) throw error
    }
  }
}

function isCollision(error: unknown): boolean {
  if (error instanceof OutdatedError) return true
  const code = errorCode(error) ?? ''
  // Two that append to the audit at once take the same number when the note that they lock is lost.
  return collisions.includes(code) || (code === uniqueViolation && fieldOf(error, 'table') === 'audit')
}
