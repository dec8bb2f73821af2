import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { everyKind } from '../../src/catalog.ts'
import { defineCheck } from '../../src/core/check.ts'
import { message } from '../../src/core/message.ts'
import { certificateCheck as httpCertificate } from '../../src/integrations/http/checks/certificate.ts'
import { healthCheck } from '../../src/integrations/http/checks/health.ts'
import { certificateCheck as tlsCertificate } from '../../src/integrations/tls/checks/certificate.ts'
import { backupCases } from './vacuous/backup-cases.ts'
import { faultOf, nothingSeen, uncovered } from './vacuous/case.ts'
import { configSetCases } from './vacuous/config-set-cases.ts'
import { hostCases } from './vacuous/host-cases.ts'
import { localCases } from './vacuous/local-cases.ts'
import { migrationCases } from './vacuous/migration-cases.ts'
import { networkCases } from './vacuous/network-cases.ts'
import { orphansCases } from './vacuous/orphans-cases.ts'
import { postgresCases } from './vacuous/postgres-cases.ts'

const cases = [
  ...networkCases,
  ...hostCases,
  ...localCases,
  ...migrationCases,
  ...postgresCases,
  ...orphansCases,
  ...backupCases,
  ...configSetCases,
]
const checks = (await everyKind()).flatMap((component) => component.checks)

describe('a look that saw nothing', () => {
  for (const { check, what, judged } of cases) {
    it(`of ${check.kind} (${what}) never passes and closes no finding`, () => {
      assert.equal(faultOf(judged()), undefined)
    })
  }

  it('is tried for every check kind of the catalog, and for none that is gone', () => {
    assert.ok(checks.length >= 32)
    assert.deepEqual(uncovered(checks, cases), [])
    assert.deepEqual(
      cases.filter(({ check }) => !checks.includes(check)).map(({ check }) => check.kind),
      [],
    )
  })
})

describe('a service that gives no answer', () => {
  for (const check of [healthCheck, httpCertificate, tlsCertificate]) {
    it(`fails ${check.kind}, and closes no finding on a part that was not seen`, () => {
      const [refused] = cases.filter((one) => one.check === check && /^no (?:answer|connection)$/.test(one.what))
      const { status, canClose } = refused?.judged() ?? assert.fail('no such case')
      assert.deepEqual({ status, canClose }, { status: 'fail', canClose: false })
    })
  }
})

describe('the test of the vacuous looks', () => {
  const say = message('own.say', { en: () => 'own', fr: () => 'own' })
  const careless = defineCheck<object>()({
    kind: 'own-careless',
    summary: say,
    options: z.strictObject({}),
    messages: [say],
    probe: async () => [] as readonly string[],
    judge: (rows) => ({ status: rows.length > 3 ? 'fail' : 'pass', saw: 1, reason: say({}) }),
  })

  it('sees a kind that was forgotten', () => {
    assert.deepEqual(uncovered([...checks, careless], cases), ['own-careless'])
  })

  it('sees a kind that passes, or warns, for want of anything seen', () => {
    const faults = (check: typeof careless) =>
      nothingSeen(check, { nothing: [] }).map(({ judged }) => faultOf(judged()))
    assert.deepEqual(faults(careless), ['is pass'])
    assert.deepEqual(faults({ ...careless, judge: () => ({ status: 'warn', saw: 0, reason: say({}) }) }), ['is warn'])
    assert.deepEqual(faults({ ...careless, judge: ({ length }) => ({ status: 'pass', saw: length }) }), [undefined])
  })
})
