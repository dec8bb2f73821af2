import type { z } from 'zod'
import { isSecretReference, isSecretSchema, type Secret } from './secret.ts'

/** A secret among options: where it stands and what it is. */
export interface FoundSecret {
  readonly path: readonly string[]
  readonly secret: Secret
}

type Schema = z.core.$ZodType

/**
 * Every secret in the options of a component, check or task: references wherever they stand, and texts where the schema
 * says that what is written there is a secret.
 */
export function secretsIn(options: unknown, schema: Schema): readonly FoundSecret[] {
  return walk(options, [schema], [])
}

function walk(value: unknown, schemas: readonly Schema[], path: readonly string[]): FoundSecret[] {
  if (isSecretReference(value)) return [{ path, secret: value }]
  const possible = schemas.flatMap(unwrapped)
  if (typeof value === 'string') return possible.some(isSecretSchema) ? [{ path, secret: value }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    walk(
      member,
      possible.flatMap((one) => membersOf(one, key)),
      [...path, key],
    ),
  )
}

/** What a value may be by this schema, without what is wrapped around it: optional, default, union and the like. */
function unwrapped(schema: Schema): readonly Schema[] {
  if (isSecretSchema(schema)) return [schema]
  const def = definitionOf(schema)
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return unwrapped(def.innerType)
    case 'union':
      return def.options.flatMap(unwrapped)
    case 'intersection':
      return [def.left, def.right].flatMap(unwrapped)
    case 'pipe':
      return [def.in, def.out].flatMap(unwrapped)
    case 'lazy':
      return unwrapped(def.getter())
    default:
      return [schema]
  }
}

function membersOf(schema: Schema, key: string): readonly Schema[] {
  const def = definitionOf(schema)
  switch (def.type) {
    case 'object':
      return [Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall].filter((one) => one !== undefined)
    case 'record':
    case 'map':
      return [def.valueType]
    case 'array':
      return [def.element]
    case 'tuple':
      return [def.items[Number(key)] ?? def.rest].filter((one) => one !== null && one !== undefined)
    default:
      return []
  }
}

/** A kind of a team may bring another version of zod, whose schemas are not known inside. */
function definitionOf(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  return '_zod' in schema ? (schema as z.core.$ZodTypes)._zod.def : { type: 'unknown' }
}
