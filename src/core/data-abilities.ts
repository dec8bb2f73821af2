import type { StepContext } from './context.ts'
import type { JsonObject } from './json.ts'
import type { Text } from './message.ts'
import type { ActionOutcome } from './task.ts'

/** One file of a tree, as it was seen. */
export interface ListedFile {
  /** From the root of the tree, as its names are written there. */
  readonly path: string
  readonly bytes: number
  /** When its content or its place changed last, in milliseconds since 1970: a copy keeps old times, but not this one. */
  readonly changedAtMs: number
  /** By which it is known again: another file of that name has another. */
  readonly identity: JsonObject
}

/** What was looked at of a tree, or why it could not be seen whole. */
export type Listing =
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly reason: Text; readonly remedy: Text }

/** A file that was taken out of its tree and can be put back. */
export interface KeptFile {
  /** Where it was, from the root of the tree. */
  readonly path: string
  /** Where it is kept, from the root of the tree. */
  readonly place: string
  readonly takenAt: Date
  readonly bytes: number
  readonly identity: JsonObject
}

/** A tree of files. What is kept in quarantine, what Vigie protects and what links lead to is not part of it. */
export interface FilesAbility {
  /** The real path of the root. Throws `usage` when it is none. */
  root(ctx: StepContext): Promise<string>
  /** Shows every file below a folder of the tree ('' is all of it) as it is found: the list itself is never held. */
  list(ctx: StepContext, below: string, visit: (file: ListedFile) => void): Promise<Listing>
  has(ctx: StepContext, path: string): Promise<boolean>
  /** Moves one file out of the tree, on its own file system, if it is still the one that was seen. `owner` may find it again. */
  quarantine(ctx: StepContext, file: ListedFile, owner: string): Promise<ActionOutcome>
  /** What `owner` has in quarantine, by path. Throws when it cannot be known. */
  quarantined(ctx: StepContext, owner: string): Promise<readonly KeptFile[]>
  /** Puts it back where it was; a file that is there now stays. */
  restore(ctx: StepContext, file: KeptFile): Promise<ActionOutcome>
  /** Deletes it for good. */
  purge(ctx: StepContext, file: KeptFile): Promise<ActionOutcome>
}

export interface RowsQuestion {
  /** One `select`; its first column counts. */
  readonly query: string
  /** For each batch, in milliseconds. */
  readonly timeLimitMs: number
}

/** Rows that a query of the team gives, read in one transaction that changes nothing. */
export interface RowsAbility {
  /**
   * Shows the first column as text, batch by batch, so that no answer fills the memory; false ends the reading. All of it
   * is of one moment. Throws `no-answer` with the reason.
   */
  read(ctx: StepContext, question: RowsQuestion, take: (values: readonly (string | null)[]) => boolean): Promise<void>
  /** Whether one of these stands in the first column now. Throws as `read`. */
  holds(ctx: StepContext, question: RowsQuestion, values: readonly string[]): Promise<boolean>
}

/** Another component of the system, as a step that works with both sees it. */
export interface Neighbour<Abilities> {
  readonly abilities: Abilities
  /** For its abilities alone: its connections, and what its tasks may not touch. Evidence goes to the step. */
  readonly ctx: StepContext
}
