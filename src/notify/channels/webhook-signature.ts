import { createHmac } from 'node:crypto'

const prefix = 'whsec_'

/**
 * The headers of Standard Webhooks 1.0: HMAC-SHA256 over `<id>.<timestamp>.<body>`, in base64. A secret that begins with
 * `whsec_` is base64 after it; any other is taken as it is written.
 *
 * @param seconds since 1970
 */
export function signatureHeaders(
  secret: string,
  id: string,
  seconds: number,
  body: string,
): Readonly<Record<string, string>> {
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret)
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-signature': `v1,${signature}` }
}
