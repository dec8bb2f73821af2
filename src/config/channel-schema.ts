import * as z from 'zod'
import type { AnyChannelKind } from '../core/channel.ts'
import { severities } from '../core/words.ts'
import { notAChannelKind, notAName } from './schema-texts.ts'

/** What every channel can be told beside its own options. */
export const channelSettingsSchema = z.strictObject({
  /** The channel that gets a message as well when this one cannot deliver it. */
  fallback: z.string().min(1).optional(),
})

/** Who is told of what: each route that fits adds its channels. An alert that fits none is told on all of them. */
export const routeSchema = z.strictObject({
  /** Alerts of this severity and worse. */
  severity: z.enum(severities).optional(),
  /** Alerts of this component, or of one of these. */
  component: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  to: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
})

export const channelsSchema = z.record(
  z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,59}$/, notAName.code),
  z.looseObject({ kind: z.string() }),
)

/** Channel kinds that the team brings itself. Code, so only in a `.ts` config. */
export const channelKindsSchema = z.array(z.custom<AnyChannelKind>(isChannelKind, notAChannelKind.code))

export type RouteOptions = z.output<typeof routeSchema>

function isChannelKind(value: unknown): boolean {
  const members = ['kind', 'options', 'render', 'deliver']
  return typeof value === 'object' && value !== null && members.every((member) => member in value)
}
