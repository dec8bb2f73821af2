import { dirname } from 'node:path'
import type { z } from 'zod'
import type { AnyChannelKind } from '../core/channel.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { buildChannels } from './build-channels.ts'
import { buildCollectors } from './build-collectors.ts'
import { buildComponents } from './build-components.ts'
import { buildRoutines } from './build-routines.ts'
import { checkUses } from './build-uses.ts'
import { checkWindows } from './build-windows.ts'
import { parsedOnce } from './parsed-once.ts'
import { nearestNames, type Problem, problemsOf, unknownName } from './problem.ts'
import { type ConfiguredComponent, type Section, type System, sections } from './system.ts'
import {
  routineSchema,
  type StandingApproval,
  type SystemOptions,
  standingApprovalSchema,
  systemSchema,
} from './system-schema.ts'
import { windowSchema } from './window-schema.ts'

export type BuiltSystem = { readonly system: System } | { readonly problems: readonly Problem[] }

/**
 * A validated system from what a config file gave, or every problem in it. `known` names the kinds that there are, for
 * who wrote one wrong; `kinds` has at least those that the config names. The same for kinds of channels.
 */
export function buildSystem(
  written: unknown,
  file: string,
  kinds: readonly AnyComponentKind[],
  known: readonly string[] = kinds.map(({ kind }) => kind),
  channelKinds: readonly AnyChannelKind[] = [],
  knownChannels: readonly string[] = channelKinds.map(({ kind }) => kind),
): BuiltSystem {
  const parsed = systemSchema.safeParse(written, parsedOnce)
  const problems = parsed.success ? [] : problemsOf(parsed.error, [], Object.keys(systemSchema.shape))
  const parts = parsed.success
    ? { ...parsed.data, isUnread: () => false, isUnreadWindow: () => false }
    : readableParts(written, kinds)
  const all = [...kinds, ...parts.kinds]
  const names = [...known, ...parts.kinds.map(({ kind }) => kind)]
  const ownParts = buildComponents(parts.components, all, names, problems)
  const beside = sections.map((section) => {
    const entries = Object.entries(parts[section]).map(([name, options]) => [name, { ...options, kind: section }])
    return buildComponents(Object.fromEntries(entries), all, names, problems, section)
  })
  const components = [ownParts, ...beside].flatMap((part) => part.components)
  const steps = new Map([ownParts, ...beside].flatMap((part) => [...part.steps]))
  const mayBecome = (id: string): boolean => [ownParts, ...beside].some((part) => part.mayBecome(id))
  checkUses(components, (name) => mayBecome(`${name}/`) || parts.isUnread(name), problems)
  const isUnsure = (id: string): boolean => mayBecome(id) || parts.isUnread(id.split('/')[0] ?? '')
  const routines = buildRoutines(
    { ...ownRoutines(components), ...parts.routines },
    steps,
    problems,
    isUnsure,
    parts.windows,
  )
  const isUnread = { component: parts.isUnread, window: parts.isUnreadWindow }
  checkWindows(parts, routines, namesIn(parts), isUnread, problems)
  for (const [index, { step }] of Object.entries(parts.approvals)) {
    if (steps.has(step) || isUnsure(step)) continue
    const hint = nearestNames(step, [...steps.keys()])
    problems.push({ path: `approvals.${index}.step`, text: unknownName({ name: step }), hint })
  }
  const collectors = buildCollectors(components, parts.components, problems)
  const { channels, routes } = buildChannels(
    parts.channels,
    parts.routes,
    namesIn(parts),
    [...channelKinds, ...parts.channelKinds],
    [...knownChannels, ...parts.channelKinds.map(({ kind }) => kind)],
    problems,
  )
  if (!parsed.success || problems.length > 0) return { problems }
  const {
    components: _written,
    routines: _routines,
    channels: _channels,
    routes: _routes,
    orphans: _orphans,
    backups: _backups,
    ...settings
  } = parsed.data
  const system: System = {
    name: settings.name,
    file,
    baseDir: dirname(file),
    settings,
    approvals: settings.approvals,
    kinds: all,
    components,
    steps,
    collectors,
    routines,
    channels,
    routes,
  }
  return { system }
}

/** Routines that entries bring: `backups-nightly`. The config may write its own of that name. */
function ownRoutines(components: readonly ConfiguredComponent[]): SystemOptions['routines'] {
  return Object.fromEntries(
    components.flatMap(({ name, kind, options, section }) => {
      const own = section === undefined ? undefined : kind.routine?.(options)
      if (own === undefined) return []
      const steps = own.tasks.map((task) => `${name}/${task}`)
      return [[`${section}-${name}`, routineSchema.parse({ at: own.at, steps })]]
    }),
  )
}

interface Parts
  extends Pick<
    SystemOptions,
    'components' | 'routines' | 'kinds' | 'channels' | 'routes' | 'channelKinds' | 'windows' | 'timezone' | Section
  > {
  /** By their number in the file. */
  readonly approvals: Readonly<Record<string, StandingApproval>>
  /** Whether the component may be there, though nothing of it can be looked at. */
  isUnread(component: string): boolean
  isUnreadWindow(window: string): boolean
}

/**
 * What can be looked at of a config that is wrong as a whole: problems in it are told together with those around it.
 * When the kinds that it brings are not known, components of kinds that nobody else has are left out.
 */
function readableParts(written: unknown, shipped: readonly AnyComponentKind[]): Parts {
  const {
    components,
    routines,
    approvals,
    kinds,
    channels,
    routes,
    channelKinds,
    windows,
    timezone,
    orphans,
    backups,
  } = recordOf(written)
  const { shape } = systemSchema
  const own = shape.kinds.safeParse(kinds, parsedOnce)
  const named = Object.keys(recordOf(components))
  const isKnown = (name: string): boolean => own.success || shipped.some(({ kind }) => kind === name)
  const all = Object.entries(readableIn(shape.components.valueType, components))
  const readable = Object.fromEntries(all.filter(([, { kind }]) => isKnown(kind)))
  const readableWindows = readableIn(windowSchema, windows)
  return {
    kinds: own.data ?? [],
    channels: shape.channels.safeParse(channels, parsedOnce).data ?? {},
    routes: shape.routes.safeParse(routes, parsedOnce).data ?? [],
    channelKinds: shape.channelKinds.safeParse(channelKinds, parsedOnce).data ?? [],
    components: readable,
    orphans: readableIn(shape.orphans.unwrap().valueType, orphans),
    backups: readableIn(shape.backups.unwrap().valueType, backups),
    routines: readableIn(routineSchema, routines),
    approvals: readableIn(standingApprovalSchema, approvals),
    windows: readableWindows,
    timezone: shape.timezone.safeParse(timezone, parsedOnce).data ?? 'UTC',
    isUnreadWindow: (name) => Object.hasOwn(recordOf(windows), name) && !Object.hasOwn(readableWindows, name),
    isUnread: (name) => named.length === 0 || (named.includes(name) && !Object.hasOwn(readable, name)),
  }
}

/** Of all components, those of other parts of the config too. */
function namesIn(parts: Pick<Parts, 'components' | Section>): string[] {
  return [parts.components, ...sections.map((section) => parts[section])].flatMap((part) => Object.keys(part))
}

function readableIn<Part>(schema: z.ZodType<Part>, parts: unknown): Record<string, Part> {
  const found = Object.entries(recordOf(parts)).map(([name, one]) => [name, schema.safeParse(one, parsedOnce)] as const)
  return Object.fromEntries(found.flatMap(([name, { data }]) => (data === undefined ? [] : [[name, data]])))
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' ? { ...value } : {}
}
