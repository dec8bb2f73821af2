import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import selfsigned from 'selfsigned'
import { aComponent, testContext } from '../../../test/support/context.ts'
import { systemClock } from '../../core/clock.ts'
import type { Verdict } from '../../core/verdict.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { certificateCheck } from './checks/certificate.ts'
import { tlsOptions } from './options.ts'

const dayMs = 86_400_000

/** Looks at a real server whose certificate has 100 days left, from a day so many days ahead. */
async function look(options: { trusted?: boolean; servername?: string; daysAhead?: number }): Promise<Verdict> {
  const { trusted = true, servername = 'localhost', daysAhead = 0 } = options
  const made = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + 100 * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
  const server = createServer({ key: made.private, cert: made.cert }, (_, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dir = mkdtempSync(join(tmpdir(), 'vigie-tls-'))
  writeFileSync(join(dir, 'ca.pem'), made.cert)
  const clock = { ...systemClock, now: () => new Date(Date.now() + daysAhead * dayMs) }
  const ctx = testContext({ baseDir: dir, clock })
  const { port } = tcpAddress(server)
  const parsed = certificateCheck.options.parse({})
  try {
    const component = aComponent(
      tlsOptions.parse({ host: '127.0.0.1', port, servername, ...(trusted && { ca: 'ca.pem' }) }),
    )
    return certificateCheck.judge(await certificateCheck.probe(component, parsed, ctx), parsed)
  } finally {
    await ctx.close()
    server.close()
    rmSync(dir, { recursive: true })
  }
}

describe('a certificate', () => {
  const rows = [
    ['with 100 days left', {}, 'pass', undefined],
    ['with 20 days left', { daysAhead: 80 }, 'warn', 'certificate.ends'],
    ['with 5 days left', { daysAhead: 95 }, 'fail', 'certificate.ends'],
    ['that ended', { daysAhead: 101 }, 'fail', 'certificate.ended'],
    ['that is not valid yet', { daysAhead: -2 }, 'fail', 'certificate.not-yet'],
    ['of an unknown authority', { trusted: false }, 'fail', 'certificate.untrusted'],
    ['of another name', { servername: 'api.example.test' }, 'fail', 'certificate.wrong-name'],
  ] as const
  for (const [what, options, status, code] of rows) {
    it(`${what} is ${status}`, async () => {
      const verdict = await look(options)
      assert.equal(verdict.status, status)
      if (code !== undefined) assert.equal('findings' in verdict && verdict.findings?.[0]?.title.code, code)
    })
  }

  it('that cannot be seen is a failure with the reason', async () => {
    const ctx = testContext()
    const parsed = certificateCheck.options.parse({})
    const component = aComponent(tlsOptions.parse({ host: '127.0.0.1', port: 1 }))
    const verdict = certificateCheck.judge(await certificateCheck.probe(component, parsed, ctx), parsed)
    assert.equal(verdict.status === 'fail' && verdict.reason.code, 'certificate.unreachable')
    await ctx.close()
  })
})
