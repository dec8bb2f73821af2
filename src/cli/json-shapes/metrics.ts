import * as z from 'zod'
import { seriesClasses } from '../../core/series.ts'
import { labels, time } from './parts.ts'

export const metricsQueryOutput = z.union([
  z.strictObject({
    series: z.array(
      z.strictObject({
        system: z.string(),
        name: z.string(),
        labels,
        /** 0: the points as they were measured. */
        stepMs: z.number(),
        points: z.array(
          z.strictObject({ at: time, value: z.number(), min: z.number(), max: z.number(), count: z.number() }),
        ),
      }),
    ),
  }),
  z.strictObject({
    metrics: z.array(z.strictObject({ system: z.string(), name: z.string() })),
    oldest: z.array(
      z.strictObject({
        class: z.enum(seriesClasses),
        tier: z.enum(['raw', '1m', '1h', '1d']),
        at: time,
        keepMs: z.number(),
      }),
    ),
  }),
])
