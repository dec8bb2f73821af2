import type { z } from 'zod'
import type { AnyCheckKind } from './check.ts'
import type { StepContext } from './context.ts'
import type { Message } from './message.ts'
import type { AnyTaskKind } from './task.ts'

/** What a component lets others do. Features work on these, never on a technology by name. */
export interface Abilities {
  /** Absolute paths that belong to the component and that no cleaning task of another may touch. */
  protectedPaths?(ctx: StepContext): Promise<readonly string[]>
}

/** A part of a system: its options, abilities, checks and tasks. */
export interface ComponentKind<
  Schema extends z.ZodType,
  Kind extends string = string,
  Checks extends readonly AnyCheckKind[] = readonly AnyCheckKind[],
  Tasks extends readonly AnyTaskKind[] = readonly AnyTaskKind[],
> {
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  /** A strict object without `kind` and without `checks` and `tasks`, which the config adds to every component. */
  readonly options: Schema
  readonly checks: Checks
  readonly tasks: Tasks
  /**
   * What the thing is, whoever describes it: two systems that name the same database give the same text, and tasks on it
   * never run side by side. Without secrets. Default: system and component name.
   */
  identity?(options: z.output<Schema>, baseDir: string): string
  abilities?(options: z.output<Schema>): Abilities
}

export type AnyComponentKind = ComponentKind<z.ZodType>

/** Component kinds that are loaded when they are asked for. */
export interface KindLibrary {
  readonly names: readonly string[]
  /** Those of the names that it has. */
  load(names: readonly string[]): Promise<readonly AnyComponentKind[]>
}

/** Types a component kind without annotations. */
export function defineComponent<
  const Kind extends string,
  Schema extends z.ZodType,
  const Checks extends readonly AnyCheckKind[],
  const Tasks extends readonly AnyTaskKind[],
>(kind: ComponentKind<Schema, Kind, Checks, Tasks>): ComponentKind<Schema, Kind, Checks, Tasks> {
  return kind
}
