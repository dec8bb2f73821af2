import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aMessage } from '../../test/contract/watch-samples.ts'
import { anItem } from '../../test/support/notifications.ts'
import { notificationOf } from './notification.ts'
import type { NotifySystem } from './notify-system.ts'

const system = { locale: 'fr', publicUrl: undefined } as NotifySystem

describe('a notification', () => {
  it('tells the worst first, what is over last, and the older of two alike first', () => {
    const items = [
      anItem({ alert: 'over', state: 'resolved', severity: 'critical' }),
      anItem({ alert: 'low', severity: 'low' }),
      anItem({ alert: 'young', startedAt: new Date('2026-11-21T09:05:00Z') }),
      anItem({ alert: 'old' }),
    ]
    const told = notificationOf(aMessage('m1', { items }), system).items.map(({ alert }) => alert)
    assert.deepEqual(told, ['old', 'young', 'low', 'over'])
  })

  it('tells of each alert the newest only: nobody gets up for what is over', () => {
    const items = [anItem(), anItem({ alert: 'b' }), anItem({ state: 'resolved', resolvedAt: new Date(0) })]
    const told = notificationOf(aMessage('m1', { items }), system).items.map(({ alert, state }) => `${alert} ${state}`)
    assert.deepEqual(told, ['b firing', 'a1 resolved'])
  })

  it('tells that it is over also when both were decided at one time, or the clock stepped back between', () => {
    const items = [anItem({ state: 'resolved', resolvedAt: new Date(0) }), anItem()]
    const told = notificationOf(aMessage('m1', { items }), system).items.map(({ alert, state }) => `${alert} ${state}`)
    assert.deepEqual(told, ['a1 resolved'])
  })
})
