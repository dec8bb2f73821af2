import type { AnyCollectorKind } from '../core/collector.ts'
import { notAnObject } from './build-components.ts'
import { parsedOnce } from './parsed-once.ts'
import { nearestNames, type Problem, pathText, problemsOf, unknownName } from './problem.ts'
import { type ConfiguredCollector, type ConfiguredComponent, stepName } from './system.ts'
import { collectorSettingsSchema } from './system-schema.ts'
import { isRecord, keysOf } from './written.ts'

/** A look that is late is worth less than the next one. */
const defaultTimeoutMs = 10_000

/** Every collector of the components, told as `collectors: { metrics: { every: '15s' } }`; false leaves one out. */
export function buildCollectors(
  components: readonly ConfiguredComponent[],
  written: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  problems: Problem[],
): ReadonlyMap<string, ConfiguredCollector> {
  const all = components.flatMap((component) => {
    const path = ['components', component.name, 'collectors']
    const overrides = written[component.name]?.['collectors']
    if (overrides !== undefined && !isRecord(overrides)) {
      problems.push({ path: pathText(path), text: notAnObject({}) })
      return []
    }
    return collectorsOf(component, overrides ?? {}, path, problems)
  })
  return new Map(all.map((collector) => [collector.id, collector]))
}

function collectorsOf(
  component: ConfiguredComponent,
  overrides: Readonly<Record<string, unknown>>,
  path: readonly string[],
  problems: Problem[],
): ConfiguredCollector[] {
  const named = (component.kind.collectors ?? []).map(
    (kind) => [stepName(component.kind.kind, kind.kind), kind] as const,
  )
  const kinds = new Map<string, AnyCollectorKind>(named)
  for (const name of Object.keys(overrides).filter((one) => !kinds.has(one))) {
    const hint = nearestNames(name, [...kinds.keys()])
    problems.push({ path: pathText([...path, name]), text: unknownName({ name }), hint })
  }
  return [...kinds].flatMap(([name, kind]) => {
    const override = overrides[name]
    if (override === false) return []
    if (override === undefined && kind.appliesTo?.(component.options) === false) return []
    if (override !== undefined && override !== true && !isRecord(override)) {
      problems.push({ path: pathText([...path, name]), text: notAnObject({}) })
      return []
    }
    const { every, timeLimit, ...options } = isRecord(override) ? override : {}
    const settings = collectorSettingsSchema.safeParse({ every, timeLimit }, parsedOnce)
    const parsed = kind.options.safeParse(options, parsedOnce)
    if (!settings.success) problems.push(...problemsOf(settings.error, [...path, name], []))
    if (!parsed.success) {
      const known = [...keysOf(kind.options), ...Object.keys(collectorSettingsSchema.shape)]
      problems.push(...problemsOf(parsed.error, [...path, name], known))
    }
    if (!settings.success || !parsed.success) return []
    const own = settings.data
    const parts = kind.parts?.(component.options) ?? [{ name: undefined, everyMs: kind.everyMs, timeoutMs: undefined }]
    return parts.map((part) => {
      const everyMs = own.every ?? part.everyMs
      const limitMs = own.timeLimit ?? part.timeoutMs ?? kind.timeoutMs ?? defaultTimeoutMs
      return {
        id: [component.name, name, ...(part.name === undefined ? [] : [part.name])].join('/'),
        component,
        kind,
        options: parsed.data,
        part: part.name,
        everyMs,
        timeoutMs: Math.min(limitMs, everyMs),
      }
    })
  })
}
