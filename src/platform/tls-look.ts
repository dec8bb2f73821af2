import { isIP } from 'node:net'
import { checkServerIdentity, connect, type DetailedPeerCertificate } from 'node:tls'
import type { CertificateSample } from '../core/certificate.ts'

export interface TlsTarget {
  readonly host: string
  readonly port: number
  /** The name asked for and expected; the host by default. */
  readonly servername?: string
  /** PEM of a private authority. */
  readonly ca?: string
  readonly timeoutMs: number
  readonly observedAt: Date
}

/** Looks at the certificates of a server without trusting them. */
export function lookAtCertificate(target: TlsTarget, signal: AbortSignal): Promise<CertificateSample> {
  const { host, port, ca, timeoutMs, observedAt } = target
  const name = target.servername ?? host
  const address = `${host}:${port}`
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ...(isIP(name) === 0 && { servername: name }),
      ...(ca !== undefined && { ca }),
    })
    const end = (sample: CertificateSample): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(sample)
    }
    const timer = setTimeout(() => end({ outcome: 'unreachable', address, detail: 'ETIMEDOUT' }), timeoutMs)
    signal.addEventListener('abort', () => end({ outcome: 'unreachable', address, detail: 'aborted' }), { once: true })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ outcome: 'unreachable', address, detail: error.code ?? error.message }),
    )
    socket.once('secureConnect', () => {
      const leaf = socket.getPeerCertificate(true)
      const trustError = socket.authorized ? undefined : String(socket.authorizationError)
      end({
        outcome: 'seen',
        address,
        observedAt: observedAt.toISOString(),
        // The name is judged by itself, so that both faults are told.
        trustError: trustError === 'ERR_TLS_CERT_ALTNAME_INVALID' ? undefined : trustError,
        nameError: checkServerIdentity(name, leaf)?.message,
        protocol: socket.getProtocol() ?? '',
        chain: chainOf(leaf),
      })
    })
  })
}

function chainOf(leaf: DetailedPeerCertificate): { subject: string; validFrom: string; validTo: string }[] {
  const chain = []
  const seen = new Set<string>()
  for (
    let one: DetailedPeerCertificate | undefined = leaf;
    one?.fingerprint256 !== undefined && !seen.has(one.fingerprint256);
    one = one.issuerCertificate
  ) {
    seen.add(one.fingerprint256)
    const subject = one.subject?.CN ?? one.subject?.O ?? one.fingerprint256
    chain.push({
      subject: String(subject),
      validFrom: new Date(one.valid_from).toISOString(),
      validTo: new Date(one.valid_to).toISOString(),
    })
  }
  return chain
}
