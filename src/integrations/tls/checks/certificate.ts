import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { certificateMessages, certificateOptions, judgeCertificate } from '../../../core/certificate.ts'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { lookAtCertificate } from '../../../platform/tls-look.ts'
import type { TlsOptions } from '../options.ts'

/** The certificate of any TLS server, every one of its chain. */
export const certificateCheck = defineCheck<TlsOptions>()({
  kind: 'tls-certificate',
  summary: message('tls.certificate-summary', {
    en: () => 'certificate: trust, name, days left',
    fr: () => 'certificat : confiance, nom, jours restants',
  }),
  options: certificateOptions,
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 21_600_000, alertsBy: 'status' },
  retry: { attempts: 2, delayMs: 500 },
  remote: ({ host }) => host,
  messages: certificateMessages,
  probe: async ({ options: { host, port, servername, ca } }, { timeout }, ctx) => {
    const authority = ca === undefined ? undefined : await readFile(resolve(ctx.baseDir, ca), 'utf8')
    const sample = await lookAtCertificate(
      {
        host,
        port,
        timeoutMs: timeout,
        observedAt: ctx.clock.now(),
        ...(servername !== undefined && { servername }),
        ...(authority !== undefined && { ca: authority }),
      },
      ctx.signal,
    )
    ctx.record({ what: `TLS ${host}:${port}`, output: JSON.stringify(sample, null, 2) })
    return sample
  },
  judge: judgeCertificate,
})
