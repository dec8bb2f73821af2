import type { z } from 'zod'
import type { BackupAbility } from './backup.ts'
import type { ChannelLibrary } from './channel.ts'
import type { AnyCheckKind } from './check.ts'
import type { AnyCollectorKind } from './collector.ts'
import type { ContainersAbility } from './containers.ts'
import type { StepContext } from './context.ts'
import type { FilesAbility, RowsAbility } from './data-abilities.ts'
import type { DatabaseAbility } from './database.ts'
import type { AnyMessage, Message, Text } from './message.ts'
import type { MigrationsAbility } from './migrations.ts'
import type { AnyTaskKind } from './task.ts'

/** What a component lets others do. Features work on these, never on a technology by name. */
export interface Abilities {
  /** Absolute paths that belong to the component and that no cleaning task of another may touch. */
  protectedPaths?(ctx: StepContext): Promise<readonly string[]>
  /** It is a database that people can look into. */
  readonly database?: DatabaseAbility
  /** It is a tree of files. */
  readonly files?: FilesAbility
  /** It gives the rows of a query. */
  readonly rows?: RowsAbility
  /** Its code has migrations. */
  readonly migrations?: MigrationsAbility
  /** It can be backed up and restored. */
  readonly backup?: BackupAbility
  /** It consists of containers. */
  readonly containers?: ContainersAbility
}

/** Another component of the system that this one works with. */
export interface Use {
  /** Where in the options its name stands. */
  readonly at: readonly string[]
  readonly component: string
  readonly ability: keyof Abilities
}

/** A part of a system: its options, abilities, checks, tasks and collectors. */
export interface ComponentKind<
  Schema extends z.ZodType,
  Kind extends string = string,
  Checks extends readonly AnyCheckKind[] = readonly AnyCheckKind[],
  Tasks extends readonly AnyTaskKind[] = readonly AnyTaskKind[],
  Collectors extends readonly AnyCollectorKind[] = readonly AnyCollectorKind[],
> {
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  /** A strict object without `kind` and without `checks`, `tasks` and `collectors`, which the config adds to every component. */
  readonly options: Schema
  readonly checks: Checks
  readonly tasks: Tasks
  /** Numbers that it gives without a verdict. Default: none. */
  readonly collectors?: Collectors
  /**
   * What the thing is, whoever describes it: two systems that name the same database give the same text, and tasks on it
   * never run side by side. Without secrets. Default: system and component name.
   */
  identity?(options: z.output<Schema>, baseDir: string): string
  abilities?(options: z.output<Schema>): Abilities
  /** The other components that it works with; its tasks act on the first one, and take their turn with the tasks of that. */
  uses?(options: z.output<Schema>): readonly Use[]
  /** For an entry of a part of the config: a routine of its own with some of its tasks, `<part>-<name>`. */
  routine?(options: z.output<Schema>): { readonly at: string; readonly tasks: readonly string[] } | undefined
  /** Every text that its abilities can give. Default: none. */
  readonly messages?: readonly AnyMessage[]
}

export type AnyComponentKind = ComponentKind<z.ZodType>

/** Component kinds that are loaded when they are asked for. */
export interface KindLibrary {
  readonly names: readonly string[]
  /** Those of the names that it has. */
  load(names: readonly string[]): Promise<readonly AnyComponentKind[]>
  /** Those of channels. Default: none. */
  readonly channels?: ChannelLibrary
  /** What is wrong in the alert rules of a config, each at its path in it. Default: they are not read. */
  ruleProblems?(written: {
    readonly alerts: readonly string[]
    readonly withoutAlerts: readonly string[]
  }): Promise<readonly { readonly path: string; readonly text: Text; readonly hint?: Text }[]>
}

/** Types a component kind without annotations. */
export function defineComponent<
  const Kind extends string,
  Schema extends z.ZodType,
  const Checks extends readonly AnyCheckKind[],
  const Tasks extends readonly AnyTaskKind[],
  const Collectors extends readonly AnyCollectorKind[] = readonly [],
>(
  kind: ComponentKind<Schema, Kind, Checks, Tasks, Collectors>,
): ComponentKind<Schema, Kind, Checks, Tasks, Collectors> {
  return kind
}
