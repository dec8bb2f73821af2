import * as z from 'zod'
import type { StepContext } from './context.ts'
import { durationSchema } from './duration.ts'
import type { AnyMessage, Message, Text } from './message.ts'
import { secretSchema } from './secret.ts'

/**
 * `pending`: in the code, not in the database. `failed`: it began and did not end well. `drifted`: its file is no longer
 * what was applied. `unknown`: in the database, not in the code, or the tool cannot tell.
 */
export const migrationStates = ['applied', 'pending', 'failed', 'drifted', 'unknown'] as const
export type MigrationState = (typeof migrationStates)[number]

/** A type: it is JSON. */
export type Migration = {
  /** As the tool names it on its command line. */
  readonly id: string
  /** What people call it. */
  readonly name: string
  readonly state: MigrationState
  /** UTC, ISO 8601; undefined where the tool does not keep it. */
  readonly appliedAt?: string
  /** Of its file; undefined when there is none, or when it lies where we cannot read it. */
  readonly fingerprint?: string
  readonly detail?: Text
}

export interface MigrationList {
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[]
  /** Ends of the history in the code: more than one must be merged before the tool can go on. */
  readonly heads: readonly string[]
  /** What a reader must know to read the list rightly. */
  readonly notes: readonly Text[]
}

/**
 * The SQL that a migration would run, or why that cannot be known. `beyond`: what it does that is not in
 * the SQL. `isInTransaction`: the tool puts a transaction around it.
 */
export type MigrationSql =
  | { readonly ok: true; readonly sql: string; readonly beyond?: Text; readonly isInTransaction?: boolean }
  | { readonly ok: false; readonly reason: Text }

/** A way out of a known dead end that the tool itself offers. */
export interface MigrationRepair {
  /** As `--repair` takes it. */
  readonly name: string
  /** The migrations that it would mark as applied. */
  readonly migrations: readonly string[]
  /** What is wrong, and what the repair does about it. */
  readonly why: Text
}

/** Where the code lies, and what its team said of the tool. */
export interface MigrationSite<Options> {
  /** Absolute: the folder of the component, and `cwd` below it. */
  readonly dir: string
  readonly options: Options
}

/**
 * What a tool can do. All of it throws `tool-missing` when a program is not there, `database-unavailable` when the database
 * gives no answer, `action-refused` with what the tool says.
 */
export interface MigrationTool<Options> {
  /** It can stop at any migration. Otherwise `apply` does all that is pending. */
  readonly canStopAt: boolean
  /** `create` can write a migration from what the code and the database differ in. */
  readonly canAuto: boolean
  /** Where it cannot: what people do in its place. */
  readonly autoHint?: Text
  list(site: MigrationSite<Options>, ctx: StepContext): Promise<MigrationList>
  pendingSql(site: MigrationSite<Options>, id: string, ctx: StepContext): Promise<MigrationSql>
  /** Applies what is pending up to this one, it included. */
  apply(site: MigrationSite<Options>, id: string, ctx: StepContext): Promise<void>
  /** Takes back the one that was applied last. Absent: the tool has no way back. */
  revert?(site: MigrationSite<Options>, id: string, ctx: StepContext): Promise<void>
  /** Those that `revert` would take back, the first one first. Default: applied ones from the end. */
  revertible?(site: MigrationSite<Options>, steps: number, ctx: StepContext): Promise<readonly Migration[]>
  /** Gives the files that it made, relative to the site; none when there was nothing to write. `isAuto` only if `canAuto`. */
  create(
    site: MigrationSite<Options>,
    wanted: { readonly name: string; readonly isAuto: boolean },
    ctx: StepContext,
  ): Promise<readonly string[]>
  repairs?(site: MigrationSite<Options>, ctx: StepContext): Promise<readonly MigrationRepair[]>
  repair?(site: MigrationSite<Options>, name: string, ctx: StepContext): Promise<void>
}

/** A tool as a catalog holds it: its options and texts, and its work, which is loaded when it is first asked for. */
export interface MigrationToolKind<Schema extends z.ZodObject, Kind extends string = string> {
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  /** A strict object with `kind` as a literal. */
  readonly options: Schema
  readonly messages: readonly AnyMessage[]
  load(): Promise<MigrationTool<z.output<Schema>>>
}

export type AnyMigrationToolKind = Omit<MigrationToolKind<z.ZodObject>, 'load'> & {
  // biome-ignore lint/suspicious/noExplicitAny: a catalog holds tools of every option type.
  load(): Promise<MigrationTool<any>>
}

export function defineMigrationTool<const Kind extends string, Schema extends z.ZodObject>(
  kind: MigrationToolKind<Schema, Kind>,
): MigrationToolKind<Schema, Kind> {
  return kind
}

/** What every tool can be told. */
export const siteOptions = {
  /** Below the folder of the component. */
  cwd: z.string().min(1).default('.'),
  /** The component that is the database: the review of a migration then knows how large its tables are. */
  database: z.string().min(1).optional(),
}

/** What every tool that is a program can be told. */
export const commandSiteOptions = {
  ...siteOptions,
  /** What runs the program somewhere else, such as `['docker', 'compose', 'exec', '-T', 'web']`. */
  through: z.array(z.string().min(1)).default([]),
  /**
   * Variables of the program, which gets only PATH, HOME and LANG else. What stands in `through` may keep them to itself,
   * as `docker compose exec` does.
   */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), secretSchema).default({}),
  /**
   * How long a statement waits for a lock while it applies or takes back: all who come after it in the queue wait as long.
   * Through PGOPTIONS, which libpq and node-postgres read; 0 leaves it to the tool.
   */
  lockTimeout: durationSchema.default(5000),
}

/** A component whose code has migrations, as people and commands ask it. */
export interface MigrationsAbility {
  status(ctx: StepContext): Promise<MigrationList & { readonly repairs: readonly MigrationRepair[] }>
}
