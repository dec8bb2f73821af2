import { createServer } from 'node:https'
import { type DemoServer, listen } from './listen.ts'

const dayMs = 86_400_000

/** An HTTPS site with a certificate of its own authority; with faults it ends in five days. */
export async function startSite(hasFaults: boolean): Promise<DemoServer & { readonly certificate: string }> {
  const { default: selfsigned } = await import('selfsigned')
  const made = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + (hasFaults ? 5 : 300) * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  const server = createServer({ key: made.private, cert: made.cert }, (_, response) => response.end('ok'))
  return { ...(await listen(server)), certificate: made.cert }
}
