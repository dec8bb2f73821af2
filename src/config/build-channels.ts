import type { AnyChannelKind } from '../core/channel.ts'
import { message } from '../core/message.ts'
import type { RouteOptions } from './channel-schema.ts'
import { channelSettingsSchema } from './channel-schema.ts'
import { parsedOnce } from './parsed-once.ts'
import { nearestNames, type Problem, pathText, problemsOf, unknownName } from './problem.ts'
import type { ConfiguredChannel, Route } from './system.ts'
import { keysOf } from './written.ts'

const unknownChannelKind = message<{ kind: string }>('config.unknown-channel-kind', {
  en: (p) => `there is no channel kind "${p.kind}"`,
  fr: (p) => `il n'existe pas de canal de type « ${p.kind} »`,
})
const fallbackCircle = message<{ names: string }>('config.fallback-circle', {
  en: (p) => `the fallbacks go in a circle: ${p.names}`,
  fr: (p) => `les canaux de repli tournent en rond : ${p.names}`,
})
export const channelConfigMessages = [unknownChannelKind, fallbackCircle]

type Written = Readonly<Record<string, { readonly kind: string; readonly [key: string]: unknown }>>

/** Validates every channel, its fallback and the routes; all problems are added to `problems`. */
export function buildChannels(
  written: Written,
  writtenRoutes: readonly RouteOptions[],
  components: readonly string[],
  kinds: readonly AnyChannelKind[],
  known: readonly string[],
  problems: Problem[],
): { readonly channels: readonly ConfiguredChannel[]; readonly routes: readonly Route[] } {
  const names = Object.keys(written)
  const named = (name: string, among: readonly string[], path: readonly PropertyKey[]): void => {
    if (among.includes(name)) return
    problems.push({ path: pathText(path), text: unknownName({ name }), hint: nearestNames(name, among) })
  }
  const channels = Object.entries(written).flatMap(([name, { kind: kindName, fallback, ...options }]) => {
    const path = ['channels', name]
    const kind = kinds.find((candidate) => candidate.kind === kindName)
    if (kind === undefined) {
      const hint = nearestNames(kindName, known)
      problems.push({ path: pathText([...path, 'kind']), text: unknownChannelKind({ kind: kindName }), hint })
      return []
    }
    const settings = channelSettingsSchema.safeParse({ fallback }, parsedOnce)
    const parsed = kind.options.safeParse(options, parsedOnce)
    if (!settings.success) problems.push(...problemsOf(settings.error, path, []))
    if (!parsed.success) problems.push(...problemsOf(parsed.error, path, ['kind', ...keysOf(kind.options), 'fallback']))
    if (!settings.success || !parsed.success) return []
    const to = settings.data.fallback
    if (to !== undefined) named(to, names, [...path, 'fallback'])
    return [{ name, kind, options: parsed.data, fallback: to }]
  })
  problems.push(...circles(channels))
  const routes = writtenRoutes.map(({ severity, component, to }, index) => {
    const list = (value: string | readonly string[] | undefined): readonly string[] => [value ?? []].flat()
    for (const name of list(to)) named(name, names, ['routes', index, 'to'])
    for (const name of list(component)) named(name, components, ['routes', index, 'component'])
    return { severity, components: component === undefined ? undefined : list(component), to: list(to) }
  })
  return { channels, routes }
}

/** Each circle once, at its first channel by name. */
function circles(channels: readonly ConfiguredChannel[]): Problem[] {
  const fallbacks = new Map(channels.map(({ name, fallback }) => [name, fallback]))
  return channels.flatMap(({ name }) => {
    const way = [name]
    for (let next = fallbacks.get(name); next !== undefined; next = fallbacks.get(next)) {
      if (next === name) {
        const isFirst = way.every((other) => name <= other)
        const text = fallbackCircle({ names: [...way, name].join(' → ') })
        return isFirst ? [{ path: pathText(['channels', name, 'fallback']), text }] : []
      }
      if (way.includes(next)) return []
      way.push(next)
    }
    return []
  })
}
