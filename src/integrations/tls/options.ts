import * as z from 'zod'

export const tlsOptions = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(443),
  /** The name that the certificate must carry; the host by default. */
  servername: z.string().optional(),
  /** A file with the certificate of a private authority. */
  ca: z.string().optional(),
})
export type TlsOptions = z.output<typeof tlsOptions>
