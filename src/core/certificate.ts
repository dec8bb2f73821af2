import * as z from 'zod'
import { durationSchema } from './duration.ts'
import { message } from './message.ts'
import type { FindingDraft, Verdict } from './verdict.ts'

/** What was seen of a server's certificates. Times are ISO 8601. */
export type CertificateSample =
  | { readonly outcome: 'unreachable'; readonly address: string; readonly detail: string }
  | {
      readonly outcome: 'seen'
      readonly address: string
      readonly observedAt: string
      /** Why the chain is not trusted, as OpenSSL names it; undefined when it is. */
      readonly trustError: string | undefined
      /** Why the certificate is not for this name; undefined when it is. */
      readonly nameError: string | undefined
      readonly protocol: string
      /** From the leaf up. */
      readonly chain: readonly { readonly subject: string; readonly validFrom: string; readonly validTo: string }[]
    }

const dayMs = 86_400_000

export const certificateOptions = z.strictObject({
  /** Let's Encrypt renews 30 days before the end: three weeks before it, a renewal has failed for nine days. */
  warn: durationSchema.default(21 * dayMs),
  fail: durationSchema.default(7 * dayMs),
  timeout: durationSchema.default(10_000),
})
type CertificateOptions = z.output<typeof certificateOptions>

const unreachable = message<{ address: string; detail: string }>('certificate.unreachable', {
  en: (p) => `no TLS connection to ${p.address}: ${p.detail}`,
  fr: (p) => `pas de connexion TLS vers ${p.address} : ${p.detail}`,
})
const ends = message<{ subject: string; leftMs: number; at: string }>('certificate.ends', {
  en: (p, f) => `certificate of ${p.subject} ends in ${f.duration(p.leftMs)}, on ${f.date(p.at)}`,
  fr: (p, f) => `le certificat de ${p.subject} expire dans ${f.duration(p.leftMs)}, le ${f.date(p.at)}`,
})
const ended = message<{ subject: string; at: string }>('certificate.ended', {
  en: (p, f) => `certificate of ${p.subject} ended on ${f.date(p.at)}`,
  fr: (p, f) => `le certificat de ${p.subject} a expiré le ${f.date(p.at)}`,
})
const notYet = message<{ subject: string; at: string }>('certificate.not-yet', {
  en: (p, f) => `certificate of ${p.subject} is only valid from ${f.date(p.at)}`,
  fr: (p, f) => `le certificat de ${p.subject} n'est valable qu'à partir du ${f.date(p.at)}`,
})
const untrusted = message<{ error: string }>('certificate.untrusted', {
  en: (p) => `the certificate chain is not trusted: ${p.error}`,
  fr: (p) => `la chaîne de certificats n'est pas reconnue : ${p.error}`,
})
const wrongName = message<{ error: string }>('certificate.wrong-name', {
  en: (p) => `the certificate is for another name: ${p.error}`,
  fr: (p) => `le certificat est au nom d'un autre : ${p.error}`,
})
const renew = message('certificate.renew', {
  en: () => 'Renew it (certbot renew), then reload the server',
  fr: () => 'Renouvelez-le (certbot renew), puis rechargez le serveur',
})
const look = message<{ address: string }>('certificate.look', {
  en: (p) => `Does it speak TLS there? openssl s_client -connect ${p.address}`,
  fr: (p) => `Y parle-t-il TLS ? openssl s_client -connect ${p.address}`,
})
const trust = message('certificate.trust', {
  en: () =>
    'Send the whole chain of a known authority (fullchain.pem); one of your own is made known by its file: ca of tls, or NODE_EXTRA_CA_CERTS',
  fr: () =>
    "Envoyez toute la chaîne d'une autorité reconnue (fullchain.pem) ; la vôtre se déclare par son fichier : ca de tls, ou NODE_EXTRA_CA_CERTS",
})
const rename = message('certificate.rename', {
  en: () => 'Get one with this name (certbot --expand -d NAME), or correct the name that is asked for',
  fr: () => 'Obtenez-en un à ce nom (certbot --expand -d NOM), ou corrigez le nom demandé',
})
const clocks = message('certificate.clocks', {
  en: () => 'Check the clock of this machine: timedatectl',
  fr: () => "Vérifiez l'horloge de cette machine : timedatectl",
})
const fine = message<{ leftMs: number; count: number }>('certificate.fine', {
  en: (p, f) => `${f.duration(p.leftMs)} left, chain of ${p.count} trusted`,
  fr: (p, f) => `encore ${f.duration(p.leftMs)}, chaîne de ${p.count} reconnue`,
})
export const certificateMessages = [
  ...[unreachable, ends, ended, notYet, untrusted, wrongName],
  ...[renew, look, trust, rename, clocks, fine],
]

/** Judges trust, name and the days left of every certificate of the chain. */
export function judgeCertificate(sample: CertificateSample, { warn, fail }: CertificateOptions): Verdict {
  if (sample.outcome === 'unreachable') {
    const { address, detail } = sample
    return { status: 'fail', saw: 0, reason: unreachable({ address, detail }), remedy: look({ address }) }
  }
  const now = Date.parse(sample.observedAt)
  const findings: FindingDraft[] = []
  const expiryErrors = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']
  if (sample.trustError !== undefined && !expiryErrors.includes(sample.trustError)) {
    findings.push({
      subject: 'trust',
      severity: 'critical',
      title: untrusted({ error: sample.trustError }),
      remedy: trust({}),
    })
  }
  if (sample.nameError !== undefined)
    findings.push({
      subject: 'name',
      severity: 'critical',
      title: wrongName({ error: sample.nameError }),
      remedy: rename({}),
    })
  for (const { subject, validFrom, validTo } of sample.chain) {
    const leftMs = Date.parse(validTo) - now
    const key = `expiry:${subject}`
    if (leftMs <= 0)
      findings.push({ subject: key, severity: 'critical', title: ended({ subject, at: validTo }), remedy: renew({}) })
    else if (Date.parse(validFrom) > now)
      findings.push({
        subject: key,
        severity: 'critical',
        title: notYet({ subject, at: validFrom }),
        remedy: clocks({}),
      })
    else if (leftMs < warn) {
      const severity = leftMs < fail ? 'high' : 'medium'
      findings.push({ subject: key, severity, title: ends({ subject, leftMs, at: validTo }), remedy: renew({}) })
    }
  }
  const leftMs = Math.min(...sample.chain.map(({ validTo }) => Date.parse(validTo) - now))
  const seen = { saw: sample.chain.length, measurements: { days_left: leftMs / 86_400_000 } }
  const [first] = findings
  if (first === undefined) {
    return sample.chain.length === 0
      ? { status: 'pass', saw: 0 }
      : { status: 'pass', ...seen, reason: fine({ leftMs, count: sample.chain.length }) }
  }
  const isBad = findings.some(({ severity }) => severity !== 'medium')
  return {
    status: isBad ? 'fail' : 'warn',
    saw: Math.max(1, sample.chain.length),
    measurements: seen.measurements,
    findings,
    reason: first.title,
    ...(first.remedy && { remedy: first.remedy }),
  }
}
