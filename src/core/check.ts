import type { z } from 'zod'
import type { StepContext } from './context.ts'
import type { AnyMessage, Message } from './message.ts'
import type { Secret } from './secret.ts'
import type { Verdict } from './verdict.ts'
import type { Cadence, Criticality } from './words.ts'

/** The value behind a secret; undefined when it is not set. */
export type Reveal = (secret: Secret) => Promise<string | undefined>

/** A component as a kind sees it: its name in the config and its validated options. */
export interface Component<Options> {
  readonly name: string
  readonly system: string
  readonly options: Options
}

/** A check that the watch asks again and again. */
export interface Watched {
  /** Milliseconds from one look to the next. */
  readonly everyMs: number
  /** `status`: a failure that is confirmed is an alert. `rules`: only rules on its measurements alert, such as 80 % for 5 minutes. */
  readonly alertsBy: 'status' | 'rules'
}

/** A question that changes nothing. `probe` observes, `judge` gives the verdict. */
export interface CheckKind<ComponentOptions, Schema extends z.ZodType, Sample, Kind extends string = string> {
  /** `<component kind>-<what>`; the step's name is the part after the component kind: `postgres-unused-index` → `unused-index`. */
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  /** A strict object in which every option has a default; the source of a default stands beside it. */
  readonly options: Schema
  /** Puts the check into the recommended routine of that name. */
  readonly cadence?: Cadence
  readonly criticality?: Criticality
  /** Milliseconds for one attempt. Default 30,000. */
  readonly timeoutMs?: number
  /** Attempts when the verdict is fail or error, for what may fail by chance. Default: one attempt. */
  readonly retry?: { readonly attempts: number; readonly delayMs: number }
  /**
   * The check looks over a network: when our own network is gone it is not judged. Gives the address it depends on; what
   * of it is a secret, `reveal` reads.
   */
  readonly remote?: (component: ComponentOptions, reveal: Reveal) => string | undefined | Promise<string | undefined>
  /** How the watch uses it; without it only routines do. For light questions whose answer can change at any moment. */
  readonly watch?: Watched
  /** Whether the recommended routines include it for a component with these options. Default: always. */
  readonly appliesTo?: (component: ComponentOptions) => boolean
  /** Every text that probe and judge can give. */
  readonly messages: readonly AnyMessage[]
  /** All I/O, no opinion. An expected bad answer is a sample; a throw means "could not look" and becomes `error`. */
  probe(component: Component<ComponentOptions>, options: z.output<Schema>, ctx: StepContext): Promise<Sample>
  /** All opinion, no I/O, no clock. */
  judge(sample: Sample, options: z.output<Schema>): Verdict
}

// biome-ignore lint/suspicious/noExplicitAny: a catalog holds kinds of every option and sample type.
export type AnyCheckKind = CheckKind<any, z.ZodType, any>

/** Types a check kind without annotations: `defineCheck<Component>()({ kind, summary, options, probe, judge, … })`. */
export function defineCheck<ComponentOptions>() {
  return <const Kind extends string, Schema extends z.ZodType, Sample>(
    kind: CheckKind<ComponentOptions, Schema, Sample, Kind>,
  ): CheckKind<ComponentOptions, Schema, Sample, Kind> => kind
}
