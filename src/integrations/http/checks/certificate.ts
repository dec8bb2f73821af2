import { certificateMessages, certificateOptions, judgeCertificate } from '../../../core/certificate.ts'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { HttpOptions } from '../options.ts'

/** The certificate of an `https` service. */
export const certificateCheck = defineCheck<HttpOptions>()({
  kind: 'http-certificate',
  summary: message('http.certificate-summary', {
    en: () => 'its certificate: trust, name, days left',
    fr: () => 'son certificat : confiance, nom, jours restants',
  }),
  options: certificateOptions,
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 21_600_000, alertsBy: 'status' },
  retry: { attempts: 2, delayMs: 500 },
  remote: ({ url }) => url,
  appliesTo: ({ url }) => url.startsWith('https:'),
  messages: certificateMessages,
  probe: async ({ options }, { timeout }, ctx) => {
    // Loaded at the first look: node:tls takes a tenth of the start of a command that makes none.
    const { lookAtCertificate } = await import('../../../platform/tls-look.ts')
    const { hostname, port } = new URL(options.url)
    const host = hostname.replace(/^\[|\]$/g, '')
    return lookAtCertificate(
      { host, port: Number(port) || 443, timeoutMs: timeout, observedAt: ctx.clock.now() },
      ctx.signal,
    )
  },
  judge: judgeCertificate,
})
