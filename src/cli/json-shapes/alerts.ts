import * as z from 'zod'
import { alertSources, alertStates } from '../../core/alert.ts'
import { severities } from '../../core/words.ts'
import { labels, params, time } from './parts.ts'

export const alertShape = z.strictObject({
  id: z.string(),
  system: z.string(),
  source: z.enum(alertSources),
  rule: z.string(),
  component: z.string(),
  labels,
  severity: z.enum(severities),
  state: z.enum(alertStates),
  code: z.string(),
  params,
  title: z.string(),
  remedy: z.string().nullable(),
  value: z.number().nullable(),
  startedAt: time,
  firedAt: time.nullable(),
  resolvedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  /** Why nobody was told: a silence (with its reason and end while it holds), a maintenance window by its name, a worse alert, or a run. */
  silencedBy: z
    .strictObject({
      id: z.string(),
      kind: z.enum(['silence', 'window', 'alert', 'run']),
      reason: z.string().nullable(),
      endsAt: time.nullable(),
    })
    .nullable(),
})

export const silenceShape = z.strictObject({
  id: z.string(),
  system: z.string(),
  /** Null: of any; with `rule` null too, all of the system. */
  component: z.string().nullable(),
  rule: z.string().nullable(),
  reason: z.string(),
  createdBy: z.string(),
  startsAt: time,
  endsAt: time,
})

/** A maintenance window that is open. */
export const windowShape = z.strictObject({
  system: z.string(),
  name: z.string(),
  /** Null: all of the system. */
  components: z.array(z.string()).nullable(),
  startsAt: time,
  endsAt: time,
})
export const alertsListOutput = z.strictObject({
  alerts: z.array(alertShape),
  silences: z.array(silenceShape),
  windows: z.array(windowShape),
})

export const alertsAckOutput = z.strictObject({ alert: alertShape })

/** `covers`: ids of the alerts that fire already. */
export const alertsSilenceOutput = z.strictObject({ silence: silenceShape, covers: z.array(z.string()) })

export const alertsUnsilenceOutput = z.strictObject({ silence: silenceShape })

const episodeTimes = { firedAt: time, resolvedAt: time.nullable(), durationMs: z.number() }
export const alertsTestOutput = z.strictObject({
  rules: z.array(
    z.strictObject({
      system: z.string(),
      rule: z.string(),
      /** It came with Vigie; without data it sleeps. */
      isReadyMade: z.boolean(),
      status: z.enum(['fired', 'quiet', 'no-data']),
      /** What was recorded for it in this time. */
      series: z.number(),
      points: z.number(),
      recordedFrom: time.nullable(),
      recordedUntil: time.nullable(),
      episodes: z.array(
        z.strictObject({
          labels,
          severity: z.enum(severities),
          code: z.string(),
          params,
          title: z.string(),
          startedAt: time,
          ...episodeTimes,
          value: z.number().nullable(),
          /** A stronger rule fired for the same, so that nobody would have been told of this one. */
          isCovered: z.boolean(),
        }),
      ),
    }),
  ),
  /** Times at which rules could not tell, since data that came before was missing. */
  missing: z.array(z.strictObject({ system: z.string(), labels, ...episodeTimes })),
})
