import { join } from 'node:path'
import type { SeriesClass } from '../../core/series.ts'

/** `raw` are the points as they were, the others their least, highest, sum and count in each minute, hour or UTC day. */
export const tiers = ['raw', '1m', '1h', '1d'] as const
export type Tier = (typeof tiers)[number]
export const tierMs: Readonly<Record<Tier, number>> = { raw: 0, '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 }

const classOfPrefix: Readonly<Record<string, SeriesClass>> = {
  ...{ host: 'host', tls: 'http', http: 'http', auth: 'http', sse: 'http', tcp: 'http' },
  ...{ postgres: 'database', redis: 'database', rabbitmq: 'database', backup: 'database', vigie: 'vigie' },
}

/** By the first word of a series' name; what a team measures itself is `app`. */
export function classOf(name: string): SeriesClass {
  return classOfPrefix[name.split('_', 1)[0] ?? ''] ?? 'app'
}

const dayMs = 86_400_000

/** The beginning of the UTC day of a time. */
export function dayStart(at: number): number {
  return at - (((at % dayMs) + dayMs) % dayMs)
}

/** The beginning of the day after. */
export function nextDay(day: number): number {
  return day + dayMs
}

/** A span of time that one file holds, ends in milliseconds, the last excluded. */
export interface FileSpan {
  readonly since: number
  readonly until: number
}

const nameLength: Readonly<Record<Tier, number>> = { raw: 10, '1m': 10, '1h': 7, '1d': 4 }
const namePattern: Readonly<Record<Tier, RegExp>> = {
  raw: /^(\d{4})-(\d{2})-(\d{2})\.parquet$/,
  '1m': /^(\d{4})-(\d{2})-(\d{2})\.parquet$/,
  '1h': /^(\d{4})-(\d{2})\.parquet$/,
  '1d': /^(\d{4})\.parquet$/,
}

/** `2026-11-21`; of hours, which are few, `2026-11`, and of days `2026`: to open a file costs more than to read it. */
export function fileName(tier: Tier, at: number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(0, nameLength[tier])}.parquet`
}

/** The span that a file's name says; undefined when it is none of ours. */
export function fileSpan(tier: Tier, name: string): FileSpan | undefined {
  const [, year, month, day] = namePattern[tier].exec(name) ?? []
  if (year === undefined) return undefined
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)]
  const since = Date.UTC(y, m, d)
  const until = day === undefined ? Date.UTC(y, month === undefined ? 12 : m + 1, 1) : nextDay(since)
  return Number.isNaN(since) ? undefined : { since, until }
}

export function tierFolder(root: string, one: SeriesClass, tier: Tier): string {
  return join(root, one, tier)
}
