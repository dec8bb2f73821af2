import * as z from 'zod'

/** ISO 8601 in UTC. */
export const time = z.iso.datetime()
export const params = z.record(z.string(), z.unknown())
export const labels = z.record(z.string(), z.string())
