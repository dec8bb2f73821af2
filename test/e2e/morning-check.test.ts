import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { after, before, describe, it } from 'node:test'
import selfsigned from 'selfsigned'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const dayMs = 86_400_000
const healthy = { status: 'ok', checks: { database: { status: 'up' }, cache: { status: 'up' } } }

interface Step {
  readonly id: string
  readonly status: string
  readonly summary: string
  readonly measurements: Readonly<Record<string, number>>
}

describe('[A01] the morning check of a backend and its front page, over HTTPS', () => {
  let server: Server
  let system: ScratchSystem
  let env: NodeJS.ProcessEnv
  let report: unknown = healthy
  let page = '<title>Shop</title>'

  before(async () => {
    const made = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      algorithm: 'sha256',
      notBeforeDate: new Date(Date.now() - dayMs),
      notAfterDate: new Date(Date.now() + 40 * dayMs),
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    })
    server = createServer({ key: made.private, cert: made.cert }, ({ url }, response) => {
      if (url === '/health') response.setHeader('content-type', 'application/json').end(JSON.stringify(report))
      else response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `https://localhost:${tcpAddress(server).port}`
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: {
    backend: http({ url: '${url}', health: '/health', checks: { status: { path: '/health', json: { status: 'ok' } } } }),
    frontend: http({ url: '${url}/', checks: { status: { bodyContains: '<title>Shop</title>' } } }),
  },
})
`)
    env = { NODE_EXTRA_CA_CERTS: system.write('ca.pem', made.cert) }
  })
  after(() => {
    server.close()
    system.remove()
  })

  const morning = async (): Promise<CliResult & { readonly steps: ReadonlyMap<string, Step> }> => {
    const got = await vigie(['run', 'daily', '--json', ...system.config], { env })
    assertFits('run', got.json())
    return { ...got, steps: new Map(got.json().steps.map((step: Step) => [step.id, step])) }
  }

  it('tells status, latency, body and the days left of the certificate in seconds, with evidence', async () => {
    const { code, steps, stdout, json } = await morning()
    assert.equal(code, 0, stdout)
    assert.deepEqual(
      [...steps].map(([id, { status }]) => `${id} ${status}`),
      ['backend', 'frontend'].flatMap((one) =>
        (one === 'backend' ? ['status', 'health', 'latency', 'certificate'] : ['status', 'latency', 'certificate']).map(
          (check) => `${one}/${check} pass`,
        ),
      ),
    )
    assert.ok((steps.get('backend/status')?.measurements['latency_ms'] ?? 0) > 0)
    assert.match(steps.get('frontend/certificate')?.summary ?? '', /39|40/)
    assert.ok(json().run.durationMs < 5 * 60_000)
    const evidence = await vigie(['runs', 'show', 'latest', '--step', 'backend/health', ...system.config], { env })
    assert.match(evidence.stdout, /GET https:\/\/localhost:\d+\/health/)
    assert.match(evidence.stdout, /"database":\{"status":"up"\}/)
  })

  it('fails and names the part that a body calls unhealthy under status 200', async () => {
    report = { ...healthy, checks: { ...healthy.checks, database: { status: 'unhealthy', error: 'timeout' } } }
    const { code, steps, json } = await morning()
    report = healthy
    assert.equal(code, 1)
    const health = steps.get('backend/health')
    assert.equal(health?.status, 'fail')
    assert.match(health.summary, /database/)
    const [finding, ...others] = json().findings.filter(({ step }: { step: string }) => step === 'backend/health')
    assert.match(finding.title, /database/)
    assert.deepEqual(others, [], 'the parts that are well are not named')
    assert.equal(steps.get('backend/status')?.status, 'pass', 'the status alone would have hidden it')
  })

  it('fails when the front page answers 200 with another page', async () => {
    page = '<title>Index of /</title>'
    const { code, steps } = await morning()
    page = '<title>Shop</title>'
    assert.equal(code, 1)
    assert.equal(steps.get('frontend/status')?.status, 'fail')
    assert.match(steps.get('frontend/status')?.summary ?? '', /does not hold "<title>Shop<\/title>"/)
  })
})
