import * as z from 'zod'
import type { StepContext } from '../../core/context.ts'
import { notAWebAddress } from '../../core/refusals.ts'
import { secretSchema } from '../../core/secret.ts'

export const httpOptions = z.strictObject({
  /** Where the service answers: `http://localhost:8000`. */
  url: z.url({ protocol: /^https?$/, message: notAWebAddress.code }),
  /** The path of its own health report, whose body is read. */
  health: z.string().startsWith('/').optional(),
  /** The path of its metrics in Prometheus' text format. */
  metrics: z.string().startsWith('/').optional(),
  /** The path of its server-sent events. */
  events: z.string().startsWith('/').optional(),
  /** Sent with every request, such as an API key. */
  headers: z.record(z.string(), secretSchema).default({}),
})

export type HttpOptions = z.output<typeof httpOptions>

/** The headers with their secrets resolved. */
export async function headersOf(options: HttpOptions, ctx: StepContext): Promise<Record<string, string>> {
  const entries = Object.entries(options.headers).map(async ([name, value]) => [name, await ctx.reveal(value)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

export function urlOf(options: HttpOptions, path: string): string {
  return path === '' ? options.url : new URL(path, options.url).href
}
