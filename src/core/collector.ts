import type { z } from 'zod'
import type { Component } from './check.ts'
import type { StepContext } from './context.ts'
import type { AnyMessage, Message } from './message.ts'
import type { Labels } from './series.ts'

/** A number as a collector sees it; the watch adds the time and the labels `system` and `component`. */
export interface CollectedPoint {
  readonly name: string
  readonly labels?: Labels
  readonly value: number
}

export interface CollectorPart {
  /** As in a component's options: letters, digits, `-` and `_`. */
  readonly name: string
  readonly everyMs: number
  /** Milliseconds for one look. */
  readonly timeoutMs?: number
}

/**
 * Numbers that a component gives without a verdict. Throws when it could not look: no point is better than a wrong one,
 * and their absence is told.
 */
export interface CollectorKind<ComponentOptions, Schema extends z.ZodType, Kind extends string = string> {
  /** `<component kind>-<what>` as for checks. */
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  readonly options: Schema
  /** Milliseconds from one look to the next. */
  readonly everyMs: number
  /** Milliseconds for one look. Default 10,000, and never longer than the time from one look to the next. */
  readonly timeoutMs?: number
  readonly appliesTo?: (component: ComponentOptions) => boolean
  /**
   * One collector for each of these in the place of one, each with its own rhythm: `collect` is told which in `part`.
   * What fails in one says nothing of the others.
   */
  readonly parts?: (component: ComponentOptions) => readonly CollectorPart[]
  readonly messages: readonly AnyMessage[]
  collect(
    component: Component<ComponentOptions>,
    options: z.output<Schema>,
    ctx: StepContext,
    part?: string,
  ): Promise<readonly CollectedPoint[]>
}

// biome-ignore lint/suspicious/noExplicitAny: a catalog holds kinds of every option type.
export type AnyCollectorKind = CollectorKind<any, z.ZodType>

/** Types a collector kind without annotations. */
export function defineCollector<ComponentOptions>() {
  return <const Kind extends string, Schema extends z.ZodType>(
    kind: CollectorKind<ComponentOptions, Schema, Kind>,
  ): CollectorKind<ComponentOptions, Schema, Kind> => kind
}
