import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startApi, type TestApi } from '../../../test/support/api.ts'
import type { AlertmanagerWebhook } from '../alertmanager-webhook.ts'

/** As Alertmanager 0.25 sends it. */
const sent = {
  receiver: 'vigie',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'HighLatency', severity: 'critical', job: 'api' },
      annotations: { summary: 'p95 above 2 s' },
      startsAt: '2026-01-05T02:50:00.123456789+01:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph?g0.expr=x',
      fingerprint: 'c1f2e3d4a5b60718',
    },
    {
      status: 'resolved',
      labels: { alertname: 'Down' },
      annotations: {},
      startsAt: '2026-01-05T02:00:00Z',
      endsAt: '2026-01-05T02:10:00Z',
      generatorURL: '',
      fingerprint: '00',
    },
  ],
  groupLabels: { alertname: 'HighLatency' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  version: '4',
  groupKey: '{}:{alertname="HighLatency"}',
  truncatedAlerts: 0,
}

describe('the webhook for an Alertmanager', () => {
  let server: TestApi
  let token: string | undefined = 'a-token-of-the-team'
  let isBroken = false
  const handled: AlertmanagerWebhook[] = []
  before(async () => {
    server = await startApi({
      alertmanager: {
        token: () => token,
        handle: async (webhook) => {
          if (isBroken) throw new Error('planted')
          handled.push(webhook)
        },
      },
    })
  })
  after(() => server.api.close())
  const post = async (body: string, authorization: string | undefined = `Bearer ${token}`) => {
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await server.get('/api/v1/alerts/webhook', { method: 'POST', body, headers })
    const text = await answer.text()
    return { status: answer.status, error: JSON.parse(text).error, text, headers: answer.headers }
  }

  it('gives what was sent as plain data, with times, and an end only when there is one', async () => {
    const { status, text } = await post(JSON.stringify(sent))
    assert.deepEqual([status, JSON.parse(text)], [200, { status: 'accepted', alerts: 2 }])
    const [webhook] = handled
    assert.equal(webhook?.groupKey, sent.groupKey)
    assert.deepEqual(webhook?.alerts[0], {
      ...sent.alerts[0],
      startsAt: new Date('2026-01-05T01:50:00.123Z'),
      endsAt: undefined,
    })
    assert.deepEqual(webhook?.alerts[1]?.endsAt, new Date('2026-01-05T02:10:00Z'))
  })

  const wrongTokens = [
    'Bearer wrong',
    'Bearer ',
    'Basic YTpi',
    'a-token-of-the-team',
    'Bearer a-token-of-the-team2',
    '',
  ]
  for (const authorization of wrongTokens) {
    it(`takes nothing from who says "${authorization}"`, async () => {
      const before = handled.length
      const { status, error, headers } = await post(JSON.stringify(sent), authorization)
      assert.deepEqual([status, error.code], [401, 'unauthorized'])
      assert.equal(headers.get('www-authenticate'), 'Bearer')
      assert.equal(handled.length, before)
    })
  }

  it('takes nothing at all without a token in the config', async () => {
    token = undefined
    assert.equal((await post('{}', 'Bearer undefined')).status, 401)
    assert.equal((await post('{}', 'Bearer ')).status, 401)
    token = 'a-token-of-the-team'
  })

  const alert = sent.alerts[0]
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['no JSON', '{"version":', /no JSON/],
    ['JSON of another kind', [], /version 4/],
    ['another version', { ...sent, version: '3' }, /version: only version "4"/],
    ['no alerts', { ...sent, alerts: undefined }, /alerts/],
    ['a status that is none', { ...sent, alerts: [{ ...alert, status: 'burning' }] }, /alerts\.0\.status/],
    ['a time that is none', { ...sent, alerts: [{ ...alert, startsAt: 'yesterday' }] }, /alerts\.0\.startsAt/],
    ['labels that are no texts', { ...sent, alerts: [{ ...alert, labels: { a: 1 } }] }, /alerts\.0\.labels\.a/],
    [
      'a label explosion',
      {
        ...sent,
        alerts: [{ ...alert, labels: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`l${n}`, 'x'])) }],
      },
      /more than 100/,
    ],
  ]
  for (const [what, body, expected] of bad) {
    it(`refuses ${what} and says where`, async () => {
      const before = handled.length
      const { status, error } = await post(typeof body === 'string' ? body : JSON.stringify(body))
      assert.deepEqual([status, error.code], [400, 'usage'])
      assert.match(error.message, expected)
      assert.equal(handled.length, before)
    })
  }

  it('refuses more than 1 MB, told before or not', async () => {
    const large = JSON.stringify({ ...sent, receiver: 'x'.repeat(1_000_001) })
    assert.deepEqual([(await post(large)).status, (await post(large)).error.code], [413, 'request-too-large'])
    const stream = new Blob([large]).stream()
    const chunked = await server.get('/api/v1/alerts/webhook', {
      ...{ method: 'POST', body: stream, headers: { authorization: `Bearer ${token}` }, duplex: 'half' },
    } as RequestInit)
    assert.equal(chunked.status, 413)
  })

  it('fails when it could not be kept, so that Alertmanager sends it again', async () => {
    isBroken = true
    assert.equal((await post(JSON.stringify(sent))).status, 500)
  })
})
