import type { ActionNote } from './action-note.ts'
import type { StepContext } from './context.ts'
import { type ErrorCode, VigieError } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { Text } from './message.ts'
import type { Action, ActionOutcome } from './task.ts'

/** Why a backup cannot be made, read, restored or called proved. A contract: `failure.code` of `backups drill --json`. */
export const backupFailures = [
  'truncated',
  'checksum',
  'wrong-key',
  'manifest-missing',
  'extension-missing',
  'role-missing',
  'older-server',
  'table-empty',
  'too-old',
  'volume-missing',
  'no-space',
  'assertion',
  'unreachable',
] as const
export type BackupFailure = (typeof backupFailures)[number]

/** What is wrong with a backup, its place, or what it would be restored to. */
export class BackupError extends VigieError {
  readonly failure: BackupFailure

  constructor(
    failure: BackupFailure,
    text: Text,
    options: { hint?: Text; cause?: unknown; code?: ErrorCode; notes?: readonly ActionNote[] } = {},
  ) {
    super(options.code ?? 'backup-failed', text, options)
    this.name = 'BackupError'
    this.failure = failure
  }
}

/** One stream of bytes that a component is copied as. */
export interface DumpPart {
  /** Lower case letters, digits and `-`; once in a component: `database`, `globals`, `tree`. */
  readonly name: string
  /** The file that it is for standard tools: `database.dump`, `globals.sql`, `tree.tar`. */
  readonly file: string
  /** About how many bytes come; null when it is not known. */
  readonly bytes: number | null
  /** It holds secrets: it is never stored in the clear. */
  readonly isSecret?: true
  /** What copying it does to others. Default: nothing that anybody notices. */
  readonly effect?: 'disrupt'
}

/** What there is to copy. Nothing was copied yet. */
export interface DumpSurvey {
  readonly parts: readonly DumpPart[]
  /** What is left out and why, what a reader must know. */
  readonly notes: readonly Text[]
}

/** What was copied, when all of it was. */
export interface Dumped {
  /** What a restored copy is compared with, and what must be there before it can be restored. No secrets. JSON. */
  readonly facts: JsonObject
  readonly notes: readonly Text[]
}

/**
 * What a component told of a part when the last backup of it was made, so that it need not read again what has stayed as it was:
 * in place of bytes it may give ranges of streams that were stored before. Stream 0 is the full backup; each difference since has
 * one more, of what was new in it.
 */
export interface DumpMemory {
  readonly last:
    | {
        readonly facts: JsonObject
        /** All that was noted, as it was. */
        notes(): AsyncIterable<Uint8Array>
      }
    | undefined
  /** The number of the stream that this dump writes. */
  readonly stream: number
  /** The next bytes are those that stand there in a stream. Of one stream each range begins where the one before ended, or later. */
  reuse(range: { readonly stream: number; readonly at: number; readonly bytes: number }): Promise<void>
  /** Adds to the notes; they count when the backup does. */
  note(piece: Uint8Array): Promise<void>
}

/** A part of a backup that can be read again. */
export interface StoredPart {
  readonly name: string
  readonly file: string
  /** Unpacked. */
  readonly bytes: number
  readonly facts: JsonObject
  /** Its bytes as they were dumped, each checked as it goes by. Throws `BackupError`. */
  read(): AsyncIterable<Uint8Array>
}

/** What is restored: the parts of one component, from one backup. */
export interface StoredComponent {
  readonly backup: string
  /** When it was begun. */
  readonly at: Date
  readonly component: string
  readonly parts: readonly StoredPart[]
}

export interface RestoreWanted {
  /** Beside the living one under a name of its own, or in its place. */
  readonly over: boolean
  /** The name beside: a database, a folder, a volume. Default: one that the component makes of its own and the backup's. */
  readonly to?: string
  /** Only these tables or files, as the component names them. Empty: all. */
  readonly only: readonly string[]
}

/** An answer that a rehearsed restore gave. */
export interface DrillAssertion {
  /** `rows public.orders`, `sql every order has a customer`. */
  readonly name: string
  readonly status: 'pass' | 'fail'
  readonly expected: string
  readonly actual: string
  /** Of one that failed. Default: `assertion`. */
  readonly failure?: BackupFailure
}

/** What must hold in the restored copy, as a team says it. */
export interface DrillQuestion {
  readonly name: string
  readonly query: string
  /** What the first column of the only row must be, as text; `none`: there must be no row. */
  readonly expect: string
}

/** A restored copy that is thrown away after it. */
export interface Rehearsal {
  /** What an application needs to find the copy: `DATABASE_URL`. Nothing of the living one. */
  readonly env: Readonly<Record<string, string>>
  /** Compares with the facts of the backup, and asks the questions. */
  assertions(questions: readonly DrillQuestion[]): Promise<readonly DrillAssertion[]>
  /** Destroys the copy. */
  end(): Promise<void>
}

/** What was compared when a copy was read. */
export interface VerifyAnswer extends DrillAssertion {
  /** It is about the living: the copy is right, and what it was made of is not what it looks like. */
  readonly isOfSource?: true
}

export interface Verified {
  readonly answers: readonly VerifyAnswer[]
  /** What is no fault, and a reader must know: what could not be compared, what has changed since. */
  readonly notes: readonly Text[]
}

/** A component whose content can be copied and brought back. */
export interface BackupAbility {
  survey(ctx: StepContext): Promise<DumpSurvey>
  /** It can give a part as what has changed in it, by a memory: no other reference of it is kept for it on this machine. */
  readonly remembers?: true
  /** Writes a part piece by piece, waiting for each. Throws when anything is missing at its end: then it does not count. */
  dump(
    ctx: StepContext,
    part: string,
    write: (piece: Uint8Array) => Promise<void>,
    memory?: DumpMemory,
  ): Promise<Dumped>
  /** What restoring would do; everything that stands in its way is thrown as `BackupError` before anything is touched. */
  planRestore(ctx: StepContext, stored: StoredComponent, wanted: RestoreWanted): Promise<readonly Action[]>
  restore(ctx: StepContext, stored: StoredComponent, action: Action): Promise<ActionOutcome>
  /** Restores into a throw-away place below `scratch`, a folder of its own. Throws `BackupError`. */
  rehearse(ctx: StepContext, stored: StoredComponent, scratch: string): Promise<Rehearsal>
  /**
   * Reads every part to its end, once, and compares what is in it with its facts, and a sample with the living where that can
   * be reached; when it cannot, a note says so. Throws `BackupError` for what is no such copy. Default: bytes alone are checked.
   */
  verify?(ctx: StepContext, stored: StoredComponent): Promise<Verified>
  /** The lines of a shell that restore the files of the parts, which lie unpacked in the folder, with standard tools. */
  byHand(): readonly string[]
}
