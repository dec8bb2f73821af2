import type { z } from 'zod'
import type { JsonValue } from '../core/json.ts'
import { createRedactor, mask, type Redactor } from '../core/redact.ts'
import { isSecretReference, type SecretReference } from '../core/secret.ts'
import { secretsIn } from '../core/secrets-in.ts'
import { readSecret, secretName } from '../platform/secrets.ts'
import { type Place, type PlaceNode, placeOf } from './places/place.ts'
import { isPublic, protectSecrets } from './protect-secrets.ts'
import { type System, sectionOf, stepName } from './system.ts'
import { systemSchema } from './system-schema.ts'

export interface ExplainedValue {
  /** `components.db.checks.unused-index.minStatisticsAge`. */
  readonly path: string
  readonly value: JsonValue
  readonly source: 'file' | 'default' | 'environment' | 'secret-file' | 'recommended'
  /** The config file, the variable's or the secret file's name and whether it is there. */
  readonly detail: string | null
  /** Where the config file writes it; null when it does not, or when a computed value has no place of its own. */
  readonly place: Place | null
}

/**
 * Every value that counts in a system and where it came from: written in the file, a default of the kind, named by
 * `env()` or `secretFile()` (its value is never shown), or recommended by the cadence of a kind.
 */
export async function explain(
  system: System,
  written: unknown,
  places?: PlaceNode,
): Promise<readonly ExplainedValue[]> {
  const values: (ExplainedValue | Promise<ExplainedValue>)[] = []
  const redactor = createRedactor()
  await protectSecrets(redactor, [system])
  const placed = (path: string): Place | null => (places && placeOf(places, path)) ?? null
  const tell = (path: string, value: JsonValue, isWritten: boolean, otherwise: 'default' | 'recommended'): void => {
    const from = isWritten ? { source: 'file' as const, detail: system.file } : { source: otherwise, detail: null }
    values.push({ path, value, ...from, place: isWritten ? placed(path) : null })
  }
  const hidden = new Set<string>()
  const hide = (keys: readonly string[], options: unknown, schema: z.ZodType): void => {
    for (const found of secretsIn(options, schema)) if (!isPublic(found)) hidden.add([...keys, ...found.path].join('.'))
  }
  const add = (keys: readonly string[], effective: unknown, source: unknown): void => {
    if (effective === undefined) return
    const path = keys.join('.')
    if (isSecretReference(effective)) {
      values.push(secretValue(path, effective, system.baseDir, placed(path)))
      return
    }
    if (isRecord(effective) && Object.keys(effective).length > 0) {
      for (const [key, member] of Object.entries(effective)) add([...keys, key], member, memberOf(source, key))
      return
    }
    // Who has a ping key can say that a job went well.
    const isPingKey = keys[0] === 'heartbeats' && keys.at(-1) === 'key'
    const value = isPingKey || hidden.has(path) ? mask : shown(keys.at(-1) ?? '', effective, redactor)
    tell(path, value, source !== undefined, 'default')
  }
  const { kinds: _, channelKinds: __, ...settings } = system.settings
  hide(['store'], settings.store, systemSchema.shape.store)
  hide(['deadman'], settings.deadman, systemSchema.shape.deadman)
  for (const [key, value] of Object.entries(settings)) add([key], value, memberOf(written, key))
  for (const component of system.components) {
    const { name, kind, options } = component
    const section = sectionOf(component)
    const source = memberOf(memberOf(written, section), name)
    if (component.section === undefined) add([section, name, 'kind'], kind.kind, memberOf(source, 'kind'))
    hide([section, name], options, kind.options)
    add([section, name], options, source)
  }
  for (const step of system.steps.values()) {
    const group = step.type === 'check' ? 'checks' : 'tasks'
    const name = stepName(step.component.kind.kind, step.kind.kind)
    const section = sectionOf(step.component)
    const source = memberOf(memberOf(memberOf(memberOf(written, section), step.component.name), group), name)
    const path = [section, step.component.name, group, name]
    hide(path, step.options, step.kind.options)
    add(path, step.options, source)
    add([...path, 'cadence'], step.cadence, memberOf(source, 'cadence'))
    add([...path, 'criticality'], step.criticality, memberOf(source, 'criticality'))
    add([...path, 'timeLimit'], step.timeoutMs, memberOf(source, 'timeLimit'))
    if (step.type === 'check') add([...path, 'attempts'], step.attempts, memberOf(source, 'attempts'))
  }
  for (const { component, kind, options, part, everyMs, timeoutMs } of system.collectors.values()) {
    const name = stepName(component.kind.kind, kind.kind)
    const all = memberOf(memberOf(memberOf(written, 'components'), component.name), 'collectors')
    const source = memberOf(all, name)
    const path = ['components', component.name, 'collectors', name, ...(part === undefined ? [] : [part])]
    add(path, options, source)
    add([...path, 'every'], everyMs, memberOf(source, 'every'))
    add([...path, 'timeLimit'], timeoutMs, memberOf(source, 'timeLimit'))
  }
  for (const { name, kind, options, fallback } of system.channels) {
    const source = memberOf(memberOf(written, 'channels'), name)
    add(['channels', name, 'kind'], kind.kind, memberOf(source, 'kind'))
    add(['channels', name], options, source)
    add(['channels', name, 'fallback'], fallback, memberOf(source, 'fallback'))
  }
  add(['routes'], memberOf(written, 'routes'), memberOf(written, 'routes'))
  for (const { name, at, steps } of system.routines.values()) {
    const source = memberOf(memberOf(written, 'routines'), name)
    add(['routines', name, 'at'], at, memberOf(source, 'at'))
    const key = ['steps', 'add', 'remove'].find((one) => memberOf(source, one) !== undefined)
    const value = steps.map(({ id }) => id)
    if (key === undefined) tell(`routines.${name}.steps`, value, false, 'recommended')
    else {
      const place = placed(`routines.${name}.${key}`)
      values.push({ path: `routines.${name}.steps`, value, source: 'file', detail: system.file, place })
    }
  }
  return Promise.all(values)
}

async function secretValue(
  path: string,
  reference: SecretReference,
  baseDir: string,
  place: Place | null,
): Promise<ExplainedValue> {
  const isThere = (await readSecret(reference, baseDir)) !== undefined
  const source = 'env' in reference ? 'environment' : 'secret-file'
  return { path, value: mask, source, detail: `${secretName(reference)} (${isThere ? 'set' : 'not set'})`, place }
}

/** A password that somebody wrote out in the config is masked here as everywhere. */
function shown(key: string, value: unknown, redactor: Redactor): JsonValue {
  if (typeof value === 'string') return redactor.redact(byKey.redact(`${key}=${value}`).slice(key.length + 1))
  if (Array.isArray(value)) return value.map((one) => shown(key, one, redactor))
  if (isRecord(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    return Object.fromEntries(members.map(([name, member]) => [name, shown(name, member, redactor)]))
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return value === undefined || value === null ? null : String(value)
}

/** Knows nothing but what a name such as `password` tells of the value after it. */
const byKey = createRedactor()

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp)
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined
}
