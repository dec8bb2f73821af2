import type { z } from 'zod'
import type { ActionNote } from './action-note.ts'
import type { Component } from './check.ts'
import type { StepContext } from './context.ts'
import type { JsonObject } from './json.ts'
import type { AnyMessage, Message, Text } from './message.ts'
import type { Cadence, Criticality, Effect } from './words.ts'

/** One thing that a task would do: data, shown in the dry run, hashed for the approval, written to the audit. A type: it is JSON. */
export type Action = {
  readonly summary: Text
  readonly effect: Effect
  /** What is acted on: a path, a table, a container. */
  readonly target: string
  /** Bytes concerned or freed. */
  readonly bytes?: number
  /** How it could be undone; absent when it cannot. */
  readonly undo?: Text
  /** What `execute` needs to know again what was looked at (size, modification time, identity). Part of the hash. */
  readonly expected: JsonObject
}

export type ActionOutcome =
  | {
      readonly status: 'done'
      readonly changed: boolean
      readonly note?: Text
      readonly notes?: readonly ActionNote[]
      readonly bytes?: number
    }
  | { readonly status: 'skipped'; readonly reason: Text }

/** Work that changes something. `plan` lists what would be done, `execute` does one planned action. */
export interface TaskKind<ComponentOptions, Schema extends z.ZodType, Kind extends string = string> {
  /** `<component kind>-<verb>`; the step's name is the part after the component kind: `files-clean` → `clean`. */
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  readonly options: Schema
  /** The worst effect that its actions can have. */
  readonly effect: Exclude<Effect, 'observe'>
  /** Doing it again after an interruption is harmless. A destroy task never starts again by itself all the same. */
  readonly isIdempotent?: boolean
  /** It works on backups, or brings one back: a gate that asks for a proved backup does not hold it. */
  readonly isRemedy?: true
  readonly cadence?: Cadence
  readonly criticality?: Criticality
  readonly timeoutMs?: number
  readonly appliesTo?: (component: ComponentOptions) => boolean
  readonly messages: readonly AnyMessage[]
  /** No side effect. */
  plan(component: Component<ComponentOptions>, options: z.output<Schema>, ctx: StepContext): Promise<readonly Action[]>
  /**
   * Looks at the thing again before it acts: what is no longer as planned is skipped with the reason. A throw ends the
   * step: a `VigieError` is told as it stands, with its hint as the remedy.
   */
  execute(
    action: Action,
    component: Component<ComponentOptions>,
    options: z.output<Schema>,
    ctx: StepContext,
  ): Promise<ActionOutcome>
}

// biome-ignore lint/suspicious/noExplicitAny: a catalog holds kinds of every option type.
export type AnyTaskKind = TaskKind<any, z.ZodType>

/** Types a task kind without annotations. */
export function defineTask<ComponentOptions>() {
  return <const Kind extends string, Schema extends z.ZodType>(
    kind: TaskKind<ComponentOptions, Schema, Kind>,
  ): TaskKind<ComponentOptions, Schema, Kind> => kind
}
