import type { z } from 'zod'
import type { repositoryKinds } from './catalog/backups.ts'
import type { migrationTools } from './catalog/with-migrations.ts'
import type { componentCatalog } from './catalog.ts'
import type { humanSchema, routineSchema, SystemInput } from './config/system-schema.ts'
import type { SecretReference } from './core/secret.ts'
import type { Cadence, Criticality } from './core/words.ts'
import type { channelCatalog } from './notify/catalog.ts'

export { defineChannel } from './core/channel.ts'
export { defineCheck } from './core/check.ts'
export { defineCollector } from './core/collector.ts'
export { defineComponent } from './core/component.ts'
export { message } from './core/message.ts'
export { defineTask } from './core/task.ts'

type CatalogEntry = Awaited<ReturnType<(typeof componentCatalog)[keyof typeof componentCatalog]>>
type EntryOf<Kind extends string> = Extract<CatalogEntry, { kind: Kind }>
type StepName<Component extends string, Kind extends string> = Kind extends `${Component}-${infer Name}` ? Name : Kind

/** What every check and task can be told beside its own options. */
export interface StepSettings {
  /** The recommended routine it belongs to. */
  cadence?: Cadence
  criticality?: Criticality
  /** Such as `30s`: how long one attempt may take. */
  timeLimit?: string
  attempts?: number
}

/** What every check can be told beside its own options. */
export interface CheckSettings extends StepSettings {
  /** Such as `10s`: from one look of the watch to the next. `false`: only routines look. */
  every?: string | false
}

/** What every collector can be told beside its own options. */
export interface CollectorSettings {
  /** Such as `15s`: from one look to the next. */
  every?: string
  /** Such as `5s`: how long one look may take. */
  timeLimit?: string
}

type Overrides<
  Component extends string,
  Kinds extends readonly { kind: string; options: z.ZodType }[],
  Settings = StepSettings,
> = {
  [Kind in Kinds[number] as StepName<Component, Kind['kind']>]?: false | true | (z.input<Kind['options']> & Settings)
}

/** The options of a component: its own, and those of its checks, tasks and collectors (false leaves one out). */
export type ComponentOptions<Kind extends CatalogEntry['kind']> = z.input<EntryOf<Kind>['options']> & {
  checks?: Overrides<Kind, EntryOf<Kind>['checks'], CheckSettings>
  tasks?: Overrides<Kind, EntryOf<Kind>['tasks']>
  collectors?: Overrides<Kind, NonNullable<EntryOf<Kind>['collectors']>, CollectorSettings>
}

type Built<Kind extends CatalogEntry['kind']> = { kind: Kind } & ComponentOptions<Kind>

const build =
  <Kind extends CatalogEntry['kind']>(kind: Kind) =>
  (options: ComponentOptions<Kind>): Built<Kind> => ({ kind, ...options })

export const http = build('http')
export const tls = build('tls')
export const tcp = build('tcp')
export const host = (options: ComponentOptions<'host'> = {}): Built<'host'> => build('host')(options)
export const files = build('files')
export const command = build('command')
export const git = (options: ComponentOptions<'git'> = {}): Built<'git'> => build('git')(options)
export const runtime = (options: ComponentOptions<'runtime'> = {}): Built<'runtime'> => build('runtime')(options)
export const postgres = build('postgres')
export const configSet = (options: ComponentOptions<'config-set'> = {}): Built<'config-set'> =>
  build('config-set')(options)
export const ownState = (options: ComponentOptions<'own-state'> = {}): Built<'own-state'> => build('own-state')(options)
export const compose = (options: ComponentOptions<'compose'> = {}): Built<'compose'> => build('compose')(options)
export const volume = build('volume')

type MigrationEntry = (typeof migrationTools)[number]

/** The options of a migration tool, which stands on the component that holds the code. */
export type MigrationOptions<Kind extends MigrationEntry['kind']> = Omit<
  z.input<Extract<MigrationEntry, { kind: Kind }>['options']>,
  'kind'
>

const buildTool =
  <Kind extends MigrationEntry['kind']>(kind: Kind) =>
  (options: MigrationOptions<Kind>): { kind: Kind } & MigrationOptions<Kind> => ({ kind, ...options })

export const alembic = (options: MigrationOptions<'alembic'> = {}) => buildTool('alembic')(options)
export const django = (options: MigrationOptions<'django'> = {}) => buildTool('django')(options)
export const knex = (options: MigrationOptions<'knex'> = {}) => buildTool('knex')(options)
export const prisma = buildTool('prisma')
export const drizzle = buildTool('drizzle')
export const supabase = buildTool('supabase')
export const sqlFolder = buildTool('sql-folder')

type RepositoryEntry = (typeof repositoryKinds)[number]
type RepositoryOptions<Kind extends RepositoryEntry['kind']> = Omit<
  z.input<Extract<RepositoryEntry, { kind: Kind }>['options']>,
  'kind'
>

const buildRepository =
  <Kind extends RepositoryEntry['kind']>(kind: Kind) =>
  (options: RepositoryOptions<Kind>): { kind: Kind } & RepositoryOptions<Kind> => ({ kind, ...options })

export const folder = buildRepository('folder')
export const s3 = buildRepository('s3')

type ChannelEntry = Awaited<ReturnType<(typeof channelCatalog)[keyof typeof channelCatalog]>>
type ChannelOf<Kind extends string> = Extract<ChannelEntry, { kind: Kind }>

/** The options of a channel, and which one gets a message as well when it cannot deliver it. */
export type ChannelOptions<Kind extends ChannelEntry['kind']> = z.input<ChannelOf<Kind>['options']> & {
  fallback?: string
}

type BuiltChannel<Kind extends ChannelEntry['kind']> = { kind: Kind } & ChannelOptions<Kind>

const buildChannel =
  <Kind extends ChannelEntry['kind']>(kind: Kind) =>
  (options: ChannelOptions<Kind>): BuiltChannel<Kind> => ({ kind, ...options })

export const email = buildChannel('email')
export const slack = buildChannel('slack')
export const webhook = buildChannel('webhook')
export const alertmanager = buildChannel('alertmanager')

/** A component of a kind that the team brings itself (`kinds`), or a channel (`channelKinds`). */
export interface OwnComponent {
  kind: string
  [option: string]: unknown
}

export type Routine = z.input<typeof routineSchema>
export type Human = z.input<typeof humanSchema>

export interface System extends Omit<SystemInput, 'components' | 'channels' | 'orphans' | 'backups'> {
  components: Record<string, { [Kind in CatalogEntry['kind']]: Built<Kind> }[CatalogEntry['kind']] | OwnComponent>
  /** Files and the rows that name them, by name. */
  orphans?: Record<string, ComponentOptions<'orphans'>>
  /** What is backed up when and where, by name. */
  backups?: Record<string, ComponentOptions<'backups'>>
  channels?: Record<string, { [Kind in ChannelEntry['kind']]: BuiltChannel<Kind> }[ChannelEntry['kind']] | OwnComponent>
}

/** Describes a system under care. Gives back what it gets: a config is plain data. */
export function defineSystem(system: System): System {
  return system
}

/** A secret read from an environment variable at the last moment. */
export function env(name: string): SecretReference {
  return { env: name }
}

/** A secret read from a file at the last moment. */
export function secretFile(path: string): SecretReference {
  return { secretFile: path }
}

/** An item of a check-list that a person does, and signs with `vigie sign`. */
export function human(title: string, options: Omit<Human, 'human'> = {}): Human {
  return { human: title, ...options }
}
