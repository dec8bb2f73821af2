import type { AnyChannelKind } from '../core/channel.ts'
import type { AnyCheckKind, Watched } from '../core/check.ts'
import type { AnyCollectorKind } from '../core/collector.ts'
import type { AnyComponentKind } from '../core/component.ts'
import type { JsonObject } from '../core/json.ts'
import type { AnyTaskKind } from '../core/task.ts'
import type { Cadence, Criticality, Severity } from '../core/words.ts'
import type { HumanOptions, StandingApproval, SystemOptions } from './system-schema.ts'

/** A component of a validated system. */
export interface ConfiguredComponent {
  readonly name: string
  readonly kind: AnyComponentKind
  readonly options: unknown
  /** The part of the config that it stands in, when that is not `components`. */
  readonly section?: Section
}

/** Parts of a config whose entries work with components, each as a component of the kind of that name. */
export const sections = ['orphans', 'backups'] as const
export type Section = (typeof sections)[number]

export function sectionOf({ section }: ConfiguredComponent): 'components' | Section {
  return section ?? 'components'
}

interface StepBase {
  /** `component/name`. */
  readonly id: string
  readonly criticality: Criticality
}

export interface CheckStep extends StepBase {
  readonly type: 'check'
  readonly component: ConfiguredComponent
  readonly kind: AnyCheckKind
  readonly options: unknown
  readonly cadence: Cadence | undefined
  readonly timeoutMs: number
  readonly attempts: number
  /** How the watch asks it; undefined when only routines do. */
  readonly watch: Watched | undefined
}

export interface TaskStep extends StepBase {
  readonly type: 'task'
  readonly component: ConfiguredComponent
  readonly kind: AnyTaskKind
  readonly options: unknown
  readonly cadence: Cadence | undefined
  readonly timeoutMs: number
  /** As a command line wrote them, when they are not those of the config. */
  readonly onDemand?: JsonObject
}

/** Something that gives numbers on its own rhythm, apart from all routines. */
export interface ConfiguredCollector {
  /** `component/name`, or `component/name/part`. */
  readonly id: string
  readonly component: ConfiguredComponent
  readonly kind: AnyCollectorKind
  readonly options: unknown
  /** Which part of a kind that has several. */
  readonly part: string | undefined
  readonly everyMs: number
  readonly timeoutMs: number
}

/** A check-list item that a person does and signs. */
export interface HumanStep extends StepBase {
  readonly type: 'human'
  readonly options: HumanOptions
}

export type Step = CheckStep | TaskStep | HumanStep

export interface Routine {
  readonly name: string
  /** As written: `07:30`, `mon 06:00`, five cron fields; undefined when it only runs on demand. */
  readonly at: string | undefined
  readonly missed: 'once' | 'skip'
  /** The maintenance window that it waits for. */
  readonly window: string | undefined
  /** Up to how long after its time the watch begins it. */
  readonly jitterMs: number
  readonly steps: readonly Step[]
}

/** A way to tell somebody, of a validated system. */
export interface ConfiguredChannel {
  readonly name: string
  readonly kind: AnyChannelKind
  readonly options: unknown
  /** The channel that gets a message as well when this one cannot deliver it; fallbacks never go in a circle. */
  readonly fallback: string | undefined
}

/** Who is told of what. */
export interface Route {
  /** Of this severity and worse; undefined: of any. */
  readonly severity: Severity | undefined
  /** Of one of these; undefined: of any. */
  readonly components: readonly string[] | undefined
  /** Names of channels. */
  readonly to: readonly string[]
}

/** One validated config: what the engine works on. */
export interface System {
  readonly name: string
  /** The config file, absolute. */
  readonly file: string
  /** Its folder: relative paths in options are relative to it. */
  readonly baseDir: string
  /** What the config says for everything but components, routines, channels and routes. */
  readonly settings: Omit<SystemOptions, 'components' | 'routines' | 'channels' | 'routes' | Section>
  readonly approvals: readonly StandingApproval[]
  /** The component kinds at hand: shipped ones that the config names, and its own. */
  readonly kinds: readonly AnyComponentKind[]
  readonly components: readonly ConfiguredComponent[]
  /** Every check and task of every component, in a routine or not. */
  readonly steps: ReadonlyMap<string, CheckStep | TaskStep>
  /** Every collector of every component, by id. */
  readonly collectors: ReadonlyMap<string, ConfiguredCollector>
  readonly routines: ReadonlyMap<string, Routine>
  readonly channels: readonly ConfiguredChannel[]
  readonly routes: readonly Route[]
}

/** The component name under which the items that people do stand. */
export const peopleComponent = 'you'

/** The part of a kind after its component kind: `postgres-unused-index` of `postgres` → `unused-index`. */
export function stepName(componentKind: string, kind: string): string {
  return kind.startsWith(`${componentKind}-`) ? kind.slice(componentKind.length + 1) : kind
}
