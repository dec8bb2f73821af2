import * as z from 'zod'
import { bytesSchema } from '../core/bytes.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { durationSchema } from '../core/duration.ts'
import { noTime, notAWebAddress, tooOften } from '../core/refusals.ts'
import { secretSchema } from '../core/secret.ts'
import { seriesClasses } from '../core/series.ts'
import { cadences, criticalities } from '../core/words.ts'
import { isTimeZone } from '../core/zoned.ts'
import { channelKindsSchema, channelsSchema, routeSchema } from './channel-schema.ts'
import { deadmanSchema } from './deadman-schema.ts'
import { heartbeatSchema, withOwnKeys } from './heartbeat-schema.ts'
import { scheduleSchema } from './schedule.ts'
import { noComponent, notAJitter, notAKeep, notAKind, notAName, notAReference, notATimeZone } from './schema-texts.ts'
import { windowSchema } from './window-schema.ts'

/** A name that stands in step ids, file names and URLs. */
const nameSchema = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,59}$/, notAName.code)

/** Between two looks of the watch. */
const watchIntervalSchema = durationSchema.refine((ms) => ms >= 1000, tooOften.code)

/** What every check and task can be told beside its own options. */
export const stepSettingsSchema = z.strictObject({
  cadence: z.enum(cadences).optional(),
  criticality: z.enum(criticalities).optional(),
  timeLimit: durationSchema.optional(),
  attempts: z.number().int().min(1).max(10).optional(),
  /** How often the watch asks a check; false: only routines do. */
  every: z.union([watchIntervalSchema, z.literal(false)]).optional(),
})

/** The shortest time from one look of a collector to the next. */
const shortestRhythmMs = 1000

/** What every collector can be told beside its own options. */
export const collectorSettingsSchema = z.strictObject({
  /** From one look to the next, at least a second. */
  every: durationSchema.refine((ms) => ms >= shortestRhythmMs, tooOften.code).optional(),
  timeLimit: durationSchema.optional(),
})

export const humanSchema = z.strictObject({
  human: z.string().min(1).max(200),
  id: nameSchema.optional(),
  minutes: z.number().positive().optional(),
  owner: z.string().min(1).optional(),
  criticality: z.enum(criticalities).optional(),
  /** Own rhythm, when it is not that of the routine. */
  every: durationSchema.optional(),
  /** The day it was last done, or began to be asked for, before Vigie knew it. */
  since: z.iso.date().optional(),
})

const stepReferenceSchema = z.union([z.string().min(1), humanSchema])

/** A quarter of a day, as a daily routine may be late before it counts as overdue. */
const longestJitterMs = 6 * 3_600_000

export const routineSchema = z.strictObject({
  at: scheduleSchema.optional(),
  add: z.array(stepReferenceSchema).default([]),
  remove: z.array(z.string().min(1)).default([]),
  /** What the watch does about a time that it missed: the routine once, late, or only say so. */
  missed: z.enum(['once', 'skip']).default('once'),
  /** The watch begins it only while this maintenance window is open; without a time of its own, when it opens. */
  window: z.string().min(1).optional(),
  /** The watch begins it up to so long after its time, always as long after it: not all that is due at one time at once. */
  jitter: durationSchema.refine((ms) => ms <= longestJitterMs, notAJitter.code).optional(),
  /** Exactly these, instead of the recommended ones. */
  steps: z.array(stepReferenceSchema).optional(),
})

/** A step that may act without being asked, as long as its plan stays within these limits. */
export const standingApprovalSchema = z.strictObject({
  step: z.string().min(1),
  by: z.string().min(1),
  until: z.iso.date(),
  maxActions: z.number().int().positive(),
  maxBytes: bytesSchema.optional(),
})

const gatesSchema = z.strictObject({
  /** What cannot be undone is done to what `backups` copy only when a drill has proved a backup that is so new. */
  proved: durationSchema.refine((ms) => ms > 0, noTime.code).optional(),
})

const keepSchema = z.strictObject({
  points: durationSchema.optional(),
  minutes: durationSchema.optional(),
  hours: durationSchema.optional(),
  days: durationSchema.optional(),
})

export const metricsSchema = z.strictObject({ keep: z.partialRecord(z.enum(seriesClasses), keepSchema).default({}) })

const dayMs = 86_400_000
const rowsSchema = durationSchema.refine((ms) => ms >= 7 * dayMs, notAKeep.code)

/**
 * How long what is over is kept in the state. An alert for a year and a month, so that a year's review and the same month
 * of last year can be looked up; a message for a quarter, after which nobody asks whether it arrived.
 */
export const keepRowsSchema = z.strictObject({
  alerts: rowsSchema.default(400 * dayMs),
  messages: rowsSchema.default(90 * dayMs),
})

export const systemSchema = z.strictObject({
  name: z.string().min(1).max(80),
  locale: z.enum(['fr', 'en']).optional(),
  timezone: z.string().default('UTC').refine(isTimeZone, notATimeZone.code),
  components: z
    .record(nameSchema, z.looseObject({ kind: z.string() }))
    .refine((all) => Object.keys(all).length > 0, noComponent.code),
  /** Files and the rows that name them, by name. */
  orphans: z.record(nameSchema, z.looseObject({})).default({}),
  /** What is backed up when and where, by name. */
  backups: z.record(nameSchema, z.looseObject({})).default({}),
  routines: z.record(nameSchema, routineSchema).default({}),
  approvals: z.array(standingApprovalSchema).default([]),
  /** What has to hold before something is done. */
  gates: gatesSchema.default({}),
  /** Times in which things are taken down on purpose, by name. */
  windows: z.record(nameSchema, windowSchema).default({}),
  /** Jobs that run elsewhere and ping, by name. */
  heartbeats: z.record(nameSchema, heartbeatSchema).superRefine(withOwnKeys).default({}),
  /** The address at which people and jobs reach this Vigie: links in messages and pings begin with it. */
  publicUrl: z.url({ protocol: /^https?$/, message: notAWebAddress.code }).optional(),
  /** Folders that no cleaning task may ever touch. */
  protect: z.array(z.string().min(1)).default([]),
  /** Addresses (`tcp://host:port` or a URL) that answer when our own network works. */
  references: z.array(z.string().refine(isReference, notAReference.code)).default([]),
  /** Component kinds that the team brings itself, with their checks and tasks. Code, so only in a `.ts` config. */
  kinds: z.array(z.custom<AnyComponentKind>(isComponentKind, notAKind.code)).default([]),
  /** Ways to tell somebody, by name. */
  channels: channelsSchema.default({}),
  routes: z.array(routeSchema).default([]),
  channelKinds: channelKindsSchema.default([]),
  /** Alert rules, one a line, beside the ready-made ones: `host_cpu_ratio > 90% for 10m as critical`. */
  alerts: z.array(z.string().min(1)).default([]),
  /** Ready-made rules that are not wanted, by their id. */
  withoutAlerts: z.array(z.string().min(1)).default([]),
  /** An address outside that is pinged after each complete cycle of the watch: who hears nothing knows that it is gone. */
  deadman: deadmanSchema.optional(),
  /** How long metrics are kept, by class of series; what is not said is two years, single points thirty days. */
  metrics: metricsSchema.default({ keep: {} }),
  /** How long alerts are kept after their end, and messages after they were delivered or given up. */
  keep: keepRowsSchema.default({ alerts: 400 * dayMs, messages: 90 * dayMs }),
  /** Where the state lives; without it in `.vigie/` beside the config file. */
  store: z.strictObject({ url: secretSchema }).optional(),
})

export type SystemInput = z.input<typeof systemSchema>
export type SystemOptions = z.output<typeof systemSchema>
export type HumanOptions = z.output<typeof humanSchema>
export type StandingApproval = z.output<typeof standingApprovalSchema>

function isReference(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port } = new URL(text)
  return hostname !== '' && (protocol === 'tcp:' ? port !== '' : protocol === 'http:' || protocol === 'https:')
}

function isComponentKind(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'options' in value &&
    'checks' in value &&
    'tasks' in value
  )
}
