import { isIPv6 } from 'node:net'
import * as z from 'zod'

export const tcpOptions = z.strictObject({
  /** A name or an address; one of IPv6 with or without its brackets. */
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
})
export type TcpOptions = z.output<typeof tcpOptions>

/** The host as the network knows it: without brackets, in lower case. */
export function hostOf({ host }: TcpOptions): string {
  return host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
}

/** `host:port`, or `[host]:port` for an address of IPv6. */
export function addressOf(options: TcpOptions): string {
  const host = hostOf(options)
  return `${isIPv6(host) ? `[${host}]` : host}:${options.port}`
}
