import type { Text } from './message.ts'

/** Something that was noticed while an action was done, and that is no failure of it. A type: it is JSON. */
export type ActionNote = {
  /** `db/database`. */
  readonly about: string
  readonly text: Text
  /** Somebody should look into it. */
  readonly isWarning?: true
}
