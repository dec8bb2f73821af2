import * as z from 'zod'
import type { AnyChannelKind } from '../core/channel.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { channelSettingsSchema } from './channel-schema.ts'
import { stepName } from './system.ts'
import { collectorSettingsSchema, stepSettingsSchema, systemSchema } from './system-schema.ts'

/** The JSON schema (draft 2020-12) of a config file in YAML or JSON, made from the catalog of kinds. */
export function configSchema(kinds: readonly AnyComponentKind[], channelKinds: readonly AnyChannelKind[]): object {
  const system = toJson(systemSchema.omit({ components: true, kinds: true, channels: true, channelKinds: true }))
  const components = kinds.map(({ kind, options, checks, tasks, collectors = [] }) => {
    const own = toJson(options)
    return {
      ...own,
      properties: {
        kind: { const: kind },
        ...(own['properties'] as object),
        checks: overrides(kind, checks, stepSettingsSchema),
        tasks: overrides(kind, tasks, stepSettingsSchema),
        collectors: overrides(kind, collectors, collectorSettingsSchema),
      },
      required: ['kind', ...((own['required'] as string[] | undefined) ?? [])],
    }
  })
  const settings = toJson(channelSettingsSchema)['properties'] as object
  const channels = channelKinds.map(({ kind, options }) => {
    const own = toJson(options)
    return {
      ...own,
      properties: { kind: { const: kind }, ...(own['properties'] as object), ...settings },
      required: ['kind', ...((own['required'] as string[] | undefined) ?? [])],
    }
  })
  const properties = system['properties'] as object
  return {
    ...system,
    properties: {
      ...properties,
      components: { type: 'object', additionalProperties: { oneOf: components } },
      channels: { type: 'object', additionalProperties: { oneOf: channels } },
    },
    required: ['name', 'components'],
  }
}

function overrides(
  component: string,
  kinds: readonly { kind: string; options: z.ZodType }[],
  common: z.ZodType,
): object {
  const settings = toJson(common)['properties'] as object
  const properties = kinds.map(({ kind, options }) => {
    const own = toJson(options)
    const step = { ...own, properties: { ...(own['properties'] as object), ...settings } }
    return [stepName(component, kind), { anyOf: [{ type: 'boolean' }, step] }]
  })
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) }
}

function toJson(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}
