import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startHttpReceiver } from '../../../test/support/http-receiver.ts'
import { aNotification, anItem, withContext, wordsIn } from '../../../test/support/notifications.ts'
import type { Notification } from '../../core/channel.ts'
import { alertmanagerChannel } from './alertmanager.ts'
import { labelFingerprint } from './label-fingerprint.ts'

const options = alertmanagerChannel.options.parse({ url: 'http://127.0.0.1:9' })
const rendered = (changes: Partial<Notification> = {}) =>
  alertmanagerChannel.render(aNotification(changes), options, wordsIn('en'))

describe('the Alertmanager body of a notification', () => {
  it('is that of the webhook, version 4', () => {
    const resolved = anItem({
      alert: 'a2',
      rule: 'r2',
      state: 'resolved',
      remedy: undefined,
      value: undefined,
      resolvedAt: new Date('2026-11-21T09:05:00Z'),
    })
    const { body } = rendered({ items: [anItem(), resolved], publicUrl: 'https://vigie.example' })
    const common = { component: 'api', host: 'srv-1', severity: 'critical', system: 'MonAssurance' }
    assert.deepEqual(body, {
      version: '4',
      groupKey: '{}:{system="MonAssurance"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'vigie',
      groupLabels: { system: 'MonAssurance' },
      commonLabels: common,
      commonAnnotations: { summary: 'http://localhost:8000/health answers 503' },
      externalURL: 'https://vigie.example',
      alerts: [
        {
          status: 'firing',
          labels: { ...common, alertname: 'api/status' },
          annotations: {
            summary: 'http://localhost:8000/health answers 503',
            description: 'docker compose restart api',
            value: '503',
          },
          startsAt: '2026-11-21T09:00:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://vigie.example',
          fingerprint: labelFingerprint({ ...common, alertname: 'api/status' }),
        },
        {
          status: 'resolved',
          labels: { ...common, alertname: 'r2' },
          annotations: { summary: 'http://localhost:8000/health answers 503' },
          startsAt: '2026-11-21T09:00:00.000Z',
          endsAt: '2026-11-21T09:05:00.000Z',
          generatorURL: 'https://vigie.example',
          fingerprint: labelFingerprint({ ...common, alertname: 'r2' }),
        },
      ],
    })
  })

  it('knows an alert again at its end', () => {
    const [start] = rendered().body.alerts
    const { body } = rendered({
      items: [anItem({ state: 'resolved', value: 200, title: 'x', resolvedAt: new Date() })],
    })
    assert.equal(body.alerts[0]?.fingerprint, start?.fingerprint)
    assert.equal(body.status, 'resolved')
  })

  it('pages nobody for a trial', () => {
    assert.deepEqual(rendered({ kind: 'canary' }).body.commonLabels, {
      alertname: 'VigieCanary',
      severity: 'none',
      system: 'MonAssurance',
    })
  })

  it('has the fingerprints of Prometheus', () => {
    // From prometheus/common, model/fnv.go: an empty set is the offset basis.
    assert.equal(labelFingerprint({}), 'cbf29ce484222325')
    assert.equal(labelFingerprint({ b: '1', a: 'é' }), labelFingerprint({ a: 'é', b: '1' }))
    assert.notEqual(labelFingerprint({ a: 'bc' }), labelFingerprint({ ab: 'c' }))
  })

  it('is posted with its id and its token', async () => {
    await using server = await startHttpReceiver()
    const written = alertmanagerChannel.options.parse({ url: server.url, token: 'abc' })
    const delivery = await withContext((ctx) => alertmanagerChannel.deliver(rendered(), written, ctx))
    assert.deepEqual(delivery, { status: 'delivered' })
    const { headers, body } = server.received[0] ?? assert.fail()
    assert.deepEqual([headers['idempotency-key'], headers.authorization], ['m1', 'Bearer abc'])
    assert.deepEqual(JSON.parse(body), JSON.parse(JSON.stringify(rendered().body)))
  })

  it('is refused for good by 404, for now by 503', async () => {
    await using server = await startHttpReceiver()
    server.answer({ status: 404 }, { status: 503 })
    for (const isRetryable of [false, true]) {
      const delivery = await withContext((ctx) =>
        alertmanagerChannel.deliver(rendered(), { ...options, url: server.url }, ctx),
      )
      assert.ok(delivery.status === 'refused' && delivery.isRetryable === isRetryable)
    }
  })
})
