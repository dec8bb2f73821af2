import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { aComponent, testContext } from '../../../test/support/context.ts'
import type { Verdict } from '../../core/verdict.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { healthCheck } from './checks/health.ts'
import { readHealthReport } from './health-report.ts'
import { httpOptions } from './options.ts'

/** What a service is judged that answers so on its health path. */
async function judged(body: string, status = 200, options: object = {}): Promise<Verdict> {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ctx = testContext()
  const url = `http://127.0.0.1:${tcpAddress(server).port}`
  const parsed = healthCheck.options.parse(options)
  try {
    const component = aComponent(httpOptions.parse({ url, health: '/health' }))
    return healthCheck.judge(await healthCheck.probe(component, parsed, ctx), parsed)
  } finally {
    await ctx.close()
    server.closeAllConnections()
    server.close()
  }
}

type Row = readonly [body: string, status: number, expected: string, code: string, subjects: readonly string[]]
const bad = (body: string, ...parts: readonly string[]): Row[] => [[body, 200, 'fail', 'http.unhealthy', parts]]
const unclear = (body: string): Row[] => [[body, 200, 'error', 'http.health-not-understood', []]]
const fine = (body: string): Row[] => [[body, 200, 'pass', 'http.healthy', []]]

describe('a health report', () => {
  const rows: readonly Row[] = [
    ['{"status":"ok"}', 200, 'pass', 'http.healthy', []],
    ['ok', 200, 'pass', 'http.healthy', []],
    ['{"status":"ok","checks":{"db":{"status":"unhealthy"}}}', 200, 'fail', 'http.unhealthy', ['checks.db']],
    [
      '{"status":"UP","components":{"db":{"status":"UP","details":{"replica":{"status":"DOWN"}}}}}',
      200,
      'fail',
      'http.unhealthy',
      ['components.db.details.replica'],
    ],
    [
      '{"status":"pass","checks":{"db:time":[{"componentId":"a","status":"fail"}]}}',
      200,
      'fail',
      'http.unhealthy',
      ['checks.db:time.a'],
    ],
    ['{"checks":{"db":true,"cache":false}}', 200, 'fail', 'http.unhealthy', ['checks.cache']],
    [
      '{"services":[{"name":"db","status":"ok"},{"name":"mq","status":"degraded"}]}',
      200,
      'warn',
      'http.unhealthy',
      ['services.mq'],
    ],
    ['{"status":"degraded"}', 200, 'warn', 'http.unhealthy', ['']],
    ['{"status":"unhealthy","checks":{"db":"down"}}', 503, 'fail', 'http.unhealthy', ['checks.db']],
    ['{"status":"ok"}', 503, 'fail', 'http.health-status', []],
    ['{"status":"purple"}', 200, 'error', 'http.health-not-understood', []],
    ['{"uptime":12}', 200, 'error', 'http.health-not-understood', []],
    ['<html>Login</html>', 200, 'error', 'http.health-not-understood', []],
    ['', 200, 'error', 'http.health-not-understood', []],
    ...bad('{"status":"ok","database":"disconnected"}', 'database'),
    ...bad('{"status":"ok","database":"down"}', 'database'),
    ...bad('{"status":"ok","database":false,"redis":true}', 'database'),
    ...bad('{"status":"healthy","services":{"database":"unhealthy: timeout","redis":"healthy"}}', 'services.database'),
    ...bad('{"status":"ok","checks":{"db":"error: connection refused"}}', 'checks.db'),
    ...bad('{"status":"ok","checks":{"db":0}}', 'checks.db'),
    ...bad('{"status":"ok","checks":{"db":{"status":503}}}', 'checks.db'),
    ...bad('[{"name":"db","passed":false}]', 'db'),
    ...bad('{"status":"ok","dependencies":{"postgres":{"reachable":false}}}', 'dependencies.postgres'),
    ...bad('{"healthy":true,"unhealthy_services":["db"]}', 'unhealthy_services'),
    ...bad('{"status":"ok","errors":["db unreachable"]}', 'errors'),
    ...bad('{"services":{"db":{"status":"ok","error":"connection refused"}}}', 'services.db.error'),
    ...bad('{"status":"error","info":{"a":{"status":"up"}},"error":{"db":{"status":"down"}},"details":{}}', 'error.db'),
    ...bad(
      '{"status":"Healthy","entries":{"db":{"status":"Unhealthy","duration":"00:00:01","tags":[]}}}',
      'entries.db',
    ),
    ...bad('{"status":"error","checks":{"db":{"status":"down","error":"timeout"},"mq":{"status":"up"}}}', 'checks.db'),
    ...unclear('{"status":"ok","checks":{"db":null}}'),
    ...unclear('{"status":"ok","checks":{"db":"purple"}}'),
    ...unclear('{"status":"ok","checks":{"db":17}}'),
    ...unclear('{"status":"ok","checks":{"db":{"replicating":false}}}'),
    ...unclear('{"status":"ok","sharding":false}'),
    ...unclear('{"debug":true,"version":"1.2"}'),
    ...fine('{"status":"ok","version":"1.2","environment":"dev","log_level":"error","debug":false,"uptime":12}'),
    ...fine('{"status":"UP","components":{"db":{"status":"UP","details":{"database":"PostgreSQL","valid":true}}}}'),
    ...fine('{"status":"pass","checks":{"uptime":[{"observedValue":1209600.2,"observedUnit":"s","status":"pass"}]}}'),
    ...fine('{"status":"ok","error":null,"errors":[],"checks":{"db":{"status":"ok","error":"","connected":5}}}'),
    ...fine('{"status":"OK (12 ms)","redis":"connected","requests":{"count":9,"errors":3}}'),
    ...fine('{"status":200,"maintenance":false}'),
  ]
  for (const [body, status, expected, code, subjects] of rows) {
    const named = subjects.length === 0 ? '' : ` and names ${subjects.map((one) => one || 'the whole').join(', ')}`
    it(`${body || '(empty)'} under ${status} is ${expected}${named}`, async () => {
      const verdict = await judged(body, status)
      assert.deepEqual([verdict.status, verdict.reason?.code], [expected, code])
      const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
      assert.deepEqual(
        findings.map(({ subject }) => subject),
        subjects,
      )
      if (expected !== 'pass') assert.ok('remedy' in verdict && verdict.remedy !== undefined, 'what to do next')
    })
  }

  it('leaves unread what it is told to, and no more', async () => {
    const body = '{"status":"ok","sharding":false,"checks":{"beta":{"status":"down"},"betas":"ok"}}'
    assert.equal((await judged(body, 200, { ignore: ['sharding', 'checks.beta'] })).status, 'pass')
    assert.equal((await judged(body, 200, { ignore: ['sharding', 'checks.bet'] })).status, 'fail')
  })

  it('never hides an unhealthy part, however deep it stands', () => {
    const name = fc
      .stringMatching(/^[a-z]{3,8}$/)
      .filter((one) => !/^(?:ok|up|alive|ready|info|error|state|health|result|status)/.test(one))
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('unhealthy', 'DOWN', 'fail', 'error'),
        (path, said) => {
          const report = path.reduceRight<object>(
            (inner, key) => ({ status: 'ok', checks: { fine: 'ok', [key]: inner } }),
            { status: said },
          )
          assert.ok(readHealthReport(JSON.stringify(report)).some(({ health }) => health === 'unhealthy'))
        },
      ),
    )
  })
})
