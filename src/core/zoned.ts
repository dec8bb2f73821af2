/** Of Node from 26 on; before that a polyfill stands in. */
const TemporalApi = globalThis.Temporal ?? (await import('temporal-polyfill/implementation')).Temporal

/**
 * What the clocks of a time zone show. `Intl` could tell as much, but the first of its objects costs more than half of
 * what Node itself needs to start.
 *
 * @param timeZone an IANA name
 */
export function zonedTime(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return TemporalApi.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
}

/** Whether it is an IANA name, links such as `Asia/Calcutta` among them; an offset such as `+02:00` knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false
  try {
    return zonedTime(new Date(0), name).timeZoneId !== ''
  } catch {
    return false
  }
}

/** That of this machine; UTC where its TZ has no name. */
export function ownTimeZone(): string {
  const name = TemporalApi.Now.timeZoneId()
  return isTimeZone(name) ? name : 'UTC'
}

/** The last millisecond of a day written as `2026-11-21`; undefined when there is no such day. */
export function endOfDay(day: string, timeZone: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  try {
    const next = TemporalApi.PlainDate.from(day).add({ days: 1 })
    return new Date(next.toZonedDateTime(timeZone).epochMilliseconds - 1)
  } catch {
    return undefined
  }
}
