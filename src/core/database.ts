import type { StepContext } from './context.ts'
import type { Text } from './message.ts'

/** What was seen, or why nothing could be: never an empty list in place of an answer. */
export type Seen<Row> =
  | {
      readonly ok: true
      readonly rows: readonly Row[]
      /** What a reader must know to read the rows rightly: since when they are counted, what was left out. */
      readonly notes: readonly Text[]
    }
  | { readonly ok: false; readonly reason: Text; readonly remedy?: Text }

export interface DatabaseTable {
  readonly schema: string
  readonly table: string
  readonly liveTuples: number
  readonly deadTuples: number
  /** Of all tuples, 0 to 1; null of an empty table. */
  readonly deadRatio: number | null
  /** Since the statistics began. */
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
  readonly sequentialScans: number
  readonly indexScans: number
  readonly tableBytes: number
  readonly indexBytes: number
  readonly toastBytes: number
  /** Over the last 30 days at most; null when it is not known yet. */
  readonly bytesPerDay: number | null
  /** Whole sizes at earlier looks, oldest first: a picture. */
  readonly sizes: readonly number[]
  /** Dead ratios at the same looks. */
  readonly deadRatios: readonly (number | null)[]
  readonly lastVacuumAt: Date | null
  readonly lastAnalyzeAt: Date | null
  /** Transactions since its oldest row was frozen. */
  readonly xidAge: number
  /** At how many of these the server freezes it in any case. */
  readonly freezeAt: number
  /** Autovacuum may come: it is on for the server and for the table. */
  readonly isVacuumAutomatic: boolean
  /** At how many dead tuples autovacuum comes, by the settings of the table or those of the server. */
  readonly vacuumAt: number
  /** What autovacuum would do by its own rule: how far the dead tuples are on the way to its trigger, 1 is due. */
  readonly vacuumRatio: number | null
}

export type IndexAdvice = 'unused' | 'duplicate' | 'overlapping' | 'invalid' | 'missing-foreign-key'

export interface DatabaseIndex {
  readonly schema: string
  readonly table: string
  /** '' of an index that is missing. */
  readonly name: string
  /** What one that is missing would be called; null of one that is there. */
  readonly proposedName: string | null
  readonly bytes: number
  readonly scans: number
  readonly advice: IndexAdvice | null
  /** What would be run to follow the advice, else its definition. */
  readonly ddl: string
  /** Index entries written a day that would be saved; null when it is not known. */
  readonly writesPerDay: number | null
}

export interface DatabaseStatement {
  /** As the server numbers its shape; a text, since it has 64 bits. */
  readonly id: string
  readonly user: string
  /** Without its literals. */
  readonly statement: string
  /** All of these within the span that was asked for. */
  readonly calls: number
  readonly totalMs: number
  readonly meanMs: number
  readonly rows: number
  /** Of the time of all statements, 0 to 1. */
  readonly timeShare: number
  /** Of the blocks read, those found in the cache, 0 to 1; null when it read none. */
  readonly cacheHitRatio: number | null
  readonly tempBytes: number
  /** Mean time of the same span a week before; null when it is not known. */
  readonly meanMsWeekBefore: number | null
  /** It looks like one statement for each row of another. */
  readonly isRepeated: boolean
  /** Mean times of the snapshots in the span, oldest first: a picture. */
  readonly meansMs: readonly number[]
}

export interface DatabaseSession {
  /** 0 is a prepared transaction that holds up others. */
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly state: string
  readonly statement: string
  readonly statementMs: number | null
  readonly stateMs: number | null
  /** Since when it waits for a lock; null when it waits for none. */
  readonly waitMs: number | null
  /** Sessions that it waits for; 0 is a prepared transaction. */
  readonly blockers: readonly number[]
  /** The role may not see what it does. */
  readonly isHidden: boolean
}

export interface DatabaseBloat {
  readonly schema: string
  readonly table: string
  /** Of an index; null of the table itself. */
  readonly index: string | null
  /** What the table keeps of its long values, apart. */
  readonly isToast: boolean
  readonly bytes: number
  readonly bloatBytes: number
  readonly bloatRatio: number
  /** Measured by the server itself, not estimated from statistics. */
  readonly isExact: boolean
}

export interface StatementsWanted {
  readonly sinceMs: number
  readonly order: 'time' | 'mean' | 'calls' | 'temp' | 'regression'
  readonly limit: number
}

/** Options of the component's checks as the config sets them, once read, by the step's name: advice is what the checks say. */
export type CheckOptions = Readonly<Record<string, unknown>>

/** Somebody who waits for a lock, and one that is in the way. */
export interface DatabaseLock {
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly statement: string
  readonly waitMs: number | null
  /** `table`, `row`, or another kind as the server names it. */
  readonly what: string
  /** The table with its schema; '' when there is none, or it cannot be told. */
  readonly object: string
  /** As the server names locks: `AccessExclusiveLock`. */
  readonly wanted: string
  /** 0 is a prepared transaction. */
  readonly blockerPid: number
  readonly blockerUser: string
  readonly blockerApplication: string
  readonly blockerState: string
  readonly blockerStatement: string
  /** What it holds there; null when it only stands before it in the queue. */
  readonly held: string | null
  /** The role may not see what one of the two does. */
  readonly isHidden: boolean
}

/** A database as people look at it. Nothing here changes anything. */
export interface DatabaseAbility {
  activity(ctx: StepContext): Promise<Seen<DatabaseSession>>
  locks?(ctx: StepContext): Promise<Seen<DatabaseLock>>
  tables?(ctx: StepContext): Promise<Seen<DatabaseTable>>
  indexes?(ctx: StepContext, checks: CheckOptions): Promise<Seen<DatabaseIndex>>
  statements?(ctx: StepContext, wanted: StatementsWanted): Promise<Seen<DatabaseStatement>>
  /** The plan that the server would follow for a statement of `statements`; it is not executed. */
  explain?(ctx: StepContext, statementId: string): Promise<Seen<string>>
  bloat?(ctx: StepContext): Promise<Seen<DatabaseBloat>>
}
