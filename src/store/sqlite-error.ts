import { VigieError } from '../core/errors.ts'
import { errorCode, fieldOf } from '../core/field-of.ts'
import { damaged, damagedHint, unwritable, unwritableHint } from './messages.ts'

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes = [11, 26]
/** PERM, BUSY, READONLY, IOERR, FULL, CANTOPEN, AUTH: the machine's doing. What is left would be a mistake of ours. */
const outsideCodes = [3, 5, 8, 10, 13, 14, 23]
const fileCodes = [
  'ENOENT',
  'EACCES',
  'EROFS',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EEXIST',
  'EDQUOT',
  'EISDIR',
  'EIO',
  'EFBIG',
  'EMFILE',
]

export function isSqliteDamage(error: unknown): boolean {
  return damageCodes.includes(sqliteCode(error) ?? 0)
}

/** A failure of the database or of its files in our words; anything else as it is. */
export function sqliteError(error: unknown, where: string): unknown {
  if (error instanceof VigieError || !(error instanceof Error)) return error
  const detail = error.message
  if (isSqliteDamage(error)) {
    return new VigieError('store-damaged', damaged({ where, detail }), { hint: damagedHint({}), cause: error })
  }
  const isOutside = outsideCodes.includes(sqliteCode(error) ?? 0) || fileCodes.includes(errorCode(error) ?? '')
  return isOutside
    ? new VigieError('store-unwritable', unwritable({ where, detail }), { hint: unwritableHint({}), cause: error })
    : error
}

/** The family of a result code, which is the low byte of an extended one; undefined for an error that is none of SQLite. */
export function sqliteCode(error: unknown): number | undefined {
  const code = fieldOf(error, 'errcode')
  return typeof code === 'number' ? code % 256 : undefined
}
