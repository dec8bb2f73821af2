import type { RangeVar } from 'libpg-query'
import type { WarningCode } from './rules.ts'

/** What a rule says of a statement. */
export interface Told {
  readonly code: WarningCode
  readonly table: string
  readonly detail?: string
}

/** What the statements so far have made of the script. */
export interface ScriptState {
  isInTransaction: boolean
  hasLockTimeout: boolean
  /** Tables that the script itself has made: nobody waits for them. */
  readonly made: Set<string>
  /** Checks `… IS NOT NULL` by table and name, and the columns for which one was validated. */
  readonly notNullChecks: Map<string, string>
  readonly validated: Set<string>
  /** ALTER TABLE statements by table. */
  readonly alters: Map<string, number>
}

/** As the reader would write it: with its schema when the statement names one. */
export function tableName({ schemaname, relname = '' }: RangeVar = {}): string {
  return schemaname === undefined || schemaname === '' ? relname : `${schemaname}.${relname}`
}
