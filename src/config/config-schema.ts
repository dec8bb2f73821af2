import * as z from 'zod'
import { bytesSchema, writtenBytes } from '../core/bytes.ts'
import type { AnyChannelKind } from '../core/channel.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { durationSchema, writtenDuration } from '../core/duration.ts'
import { channelSettingsSchema } from './channel-schema.ts'
import { sections, stepName } from './system.ts'
import { collectorSettingsSchema, stepSettingsSchema, systemSchema } from './system-schema.ts'

/** The JSON schema (draft 2020-12) of a config file in YAML or JSON, made from the catalog of kinds. */
export function configSchema(kinds: readonly AnyComponentKind[], channelKinds: readonly AnyChannelKind[]): object {
  const system = toJson(systemSchema.omit({ components: true, kinds: true, channels: true, channelKinds: true }))
  const isSection = ({ kind }: AnyComponentKind): boolean => sections.some((section) => section === kind)
  const components = kinds.filter((one) => !isSection(one)).map(componentSchema)
  const beside = kinds
    .filter(isSection)
    .map((one) => [one.kind, { type: 'object', additionalProperties: entrySchema(one) }])
  const settings = toJson(channelSettingsSchema).properties
  const channels = channelKinds.map(({ kind, options }) => {
    const own = toJson(options)
    return {
      ...own,
      properties: { kind: { const: kind }, ...own.properties, ...settings },
      required: ['kind', ...(own.required ?? [])],
    }
  })
  return {
    ...system,
    properties: {
      ...system.properties,
      ...Object.fromEntries(beside),
      components: { type: 'object', additionalProperties: { oneOf: components } },
      channels: { type: 'object', additionalProperties: { oneOf: channels } },
    },
    required: ['name', 'components'],
  }
}

function componentSchema(kind: AnyComponentKind): object {
  const entry = entrySchema(kind)
  return {
    ...entry,
    properties: { kind: { const: kind.kind }, ...entry.properties },
    required: ['kind', ...(entry.required ?? [])],
  }
}

/** An entry whose kind is known by where it stands. */
function entrySchema({ kind, options, checks, tasks, collectors = [] }: AnyComponentKind) {
  const own = toJson(options)
  return {
    ...own,
    properties: {
      ...own.properties,
      checks: overrides(kind, checks, stepSettingsSchema),
      tasks: overrides(kind, tasks, stepSettingsSchema),
      collectors: overrides(kind, collectors, collectorSettingsSchema),
    },
  }
}

function overrides(
  component: string,
  kinds: readonly { kind: string; options: z.ZodType }[],
  common: z.ZodType,
): object {
  const settings = toJson(common).properties
  const properties = kinds.map(({ kind, options }) => {
    const own = toJson(options)
    const step = { ...own, properties: { ...own.properties, ...settings } }
    return [stepName(component, kind), { anyOf: [{ type: 'boolean' }, step] }]
  })
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) }
}

/** The JSON schema of options as they are written, defaults of durations and sizes included. */
export function toJson(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // The cast by which zod tells its own types apart.
      const { def } = (zodSchema as z.core.$ZodTypes)._zod
      if (def.type !== 'default' || typeof def.defaultValue !== 'number') return
      // Zod gives no default of what it reads into something else: it is known as milliseconds or bytes only.
      if (isMadeFrom(def.innerType, durationSchema)) jsonSchema.default = writtenDuration(def.defaultValue)
      if (isMadeFrom(def.innerType, bytesSchema)) jsonSchema.default = writtenBytes(def.defaultValue)
    },
  })
}

function isMadeFrom(schema: z.core.$ZodType, base: z.ZodType): boolean {
  if (schema === base) return true
  // The same cast.
  const { def, parent } = (schema as z.core.$ZodTypes)._zod
  const inner = 'innerType' in def ? def.innerType : parent
  return inner !== undefined && isMadeFrom(inner, base)
}
