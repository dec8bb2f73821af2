import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AlertmanagerAlert } from '../api/alertmanager-webhook.ts'
import type { Alert } from '../core/alert.ts'
import { fromAlertmanager } from './from-alertmanager.ts'

const now = new Date('2026-11-21T03:00:00Z')
const sent = (status: 'firing' | 'resolved', fingerprint: string, labels: object = {}): AlertmanagerAlert => ({
  status,
  labels: { alertname: 'HostDown', severity: 'warning', ...labels },
  annotations: { summary: 'web is down' },
  startsAt: now,
  endsAt: undefined,
  generatorURL: '',
  fingerprint,
})
let made = 0
const take = (alerts: readonly AlertmanagerAlert[], open: readonly Alert[] = []): readonly Alert[] =>
  fromAlertmanager('S', alerts, open, now, () => `a${++made}`)

describe('what Alertmanager sends', () => {
  it('begins and ends an alert once, however often it is sent', () => {
    const [first, ...others] = take([sent('firing', 'f1'), sent('firing', 'f1')])
    assert.ok(first !== undefined && others.length === 0)
    assert.deepEqual([first.rule, first.severity, first.title.params], ['HostDown', 'medium', { text: 'web is down' }])
    assert.deepEqual(take([sent('firing', 'f1')], [first]), [])
    const [end] = take([sent('resolved', 'f1')], [first])
    assert.deepEqual([end?.id, end?.state], [first.id, 'resolved'])
    assert.deepEqual(take([sent('resolved', 'f1')]), [], 'the end of what we never knew')
  })

  it('is as bad as it says, and high when it says nothing that we know', () => {
    const severityOf = (severity: string): string | undefined => take([sent('firing', 'x', { severity })])[0]?.severity
    assert.deepEqual(['critical', 'page', 'info', 'purple'].map(severityOf), ['critical', 'critical', 'low', 'high'])
  })
})
