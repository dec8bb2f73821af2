import type { JsonValue } from '../core/json.ts'
import { isSecretReference } from '../core/secret.ts'
import type { System } from './system.ts'
import { stepName } from './system.ts'

export interface ExplainedValue {
  /** `components.db.checks.unused-index.minStatisticsAge`. */
  readonly path: string
  readonly value: JsonValue
  readonly source: 'file' | 'default' | 'environment' | 'secret-file' | 'recommended'
  /** The config file, the variable's or the secret file's name and whether it is there. */
  readonly detail: string | null
}

/**
 * Every value that counts in a system and where it came from: written in the file, a default of the kind, named by
 * `env()` or `secretFile()` (its value is never shown), or recommended by the cadence of a kind.
 */
export function explain(system: System, written: unknown): readonly ExplainedValue[] {
  const values: ExplainedValue[] = []
  const add = (path: readonly string[], effective: unknown, source: unknown): void => {
    if (effective === undefined) return
    if (isSecretReference(effective)) {
      values.push(secretValue(path.join('.'), effective))
      return
    }
    if (isRecord(effective) && Object.keys(effective).length > 0) {
      for (const [key, member] of Object.entries(effective)) add([...path, key], member, memberOf(source, key))
      return
    }
    const isWritten = source !== undefined
    const shown = effective instanceof RegExp ? String(effective) : (effective as JsonValue)
    values.push({
      path: path.join('.'),
      value: shown,
      source: isWritten ? 'file' : 'default',
      detail: isWritten ? system.file : null,
    })
  }
  const { kinds: _, ...settings } = system.settings
  for (const [key, value] of Object.entries(settings)) add([key], value, memberOf(written, key))
  for (const { name, kind, options } of system.components) {
    const source = memberOf(memberOf(written, 'components'), name)
    add(['components', name, 'kind'], kind.kind, memberOf(source, 'kind'))
    add(['components', name], options, source)
  }
  for (const step of system.steps.values()) {
    const group = step.type === 'check' ? 'checks' : 'tasks'
    const name = stepName(step.component.kind.kind, step.kind.kind)
    const source = memberOf(memberOf(memberOf(memberOf(written, 'components'), step.component.name), group), name)
    const path = ['components', step.component.name, group, name]
    add(path, step.options, source)
    add([...path, 'cadence'], step.cadence, memberOf(source, 'cadence'))
    add([...path, 'criticality'], step.criticality, memberOf(source, 'criticality'))
  }
  for (const { name, at, steps } of system.routines.values()) {
    const source = memberOf(memberOf(written, 'routines'), name)
    add(['routines', name, 'at'], at, memberOf(source, 'at'))
    const isWritten = memberOf(source, 'steps') !== undefined || memberOf(source, 'add') !== undefined
    values.push({
      path: `routines.${name}.steps`,
      value: steps.map(({ id }) => id),
      source: isWritten ? 'file' : 'recommended',
      detail: isWritten ? system.file : null,
    })
  }
  return values
}

function secretValue(path: string, reference: { env: string } | { secretFile: string }): ExplainedValue {
  if ('secretFile' in reference) return { path, value: '•••', source: 'secret-file', detail: reference.secretFile }
  const isThere = Boolean(process.env[reference.env])
  return { path, value: '•••', source: 'environment', detail: `${reference.env} (${isThere ? 'set' : 'not set'})` }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp)
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined
}
