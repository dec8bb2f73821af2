import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { anAlert } from '../../test/contract/watch-samples.ts'
import { wordsIn } from '../../test/support/notifications.ts'
import { announce, outboxId } from './announce.ts'
import type { NotifySystem } from './notify-system.ts'

const at = new Date('2026-11-21T10:00:00Z')
const system = {
  name: 'shop',
  channels: [{ name: 'team' }, { name: 'ops' }],
  routes: [{ severity: 'critical', components: undefined, to: ['ops'] }],
} as unknown as NotifySystem
const alert = anAlert('a1', {
  title: { code: 'notify.test', params: { channel: 'x', by: 'Ève' } },
  remedy: { code: 'notify.canary', params: { channel: 'x' } },
})

describe('the news of an alert', () => {
  it('is one item for each channel, in the words of the system', () => {
    const items = announce(alert, system, wordsIn('fr'), at, { linkFor: (channel) => `https://v/${channel}` })
    assert.deepEqual(
      items.map(({ id, channel, at: when }) => [id, channel, when]),
      ['team', 'ops'].map((channel) => [outboxId('a1', 'firing', channel), channel, at]),
    )
    const item = items[0]?.item
    assert.equal(item?.title, 'api\u00a0: Essai du canal «\u00a0x\u00a0» demandé par Ève. Rien à faire.')
    assert.deepEqual(
      items.map((one) => one.item.acknowledgeUrl),
      ['https://v/team', 'https://v/ops'],
    )
    assert.equal(announce({ ...alert, severity: 'critical' }, system, wordsIn('fr'), at).length, 1)
  })

  it('of its end asks nobody to do anything', () => {
    const over = { ...alert, state: 'resolved', resolvedAt: at } as const
    const item = announce(over, system, wordsIn('en'), at, { linkFor: () => 'https://v/ack/1' })[0]?.item
    assert.deepEqual([item?.state, item?.remedy, item?.acknowledgeUrl], ['resolved', undefined, undefined])
  })

  it('has ids that say alert, change and channel, and nothing that changes', () => {
    const ids = [outboxId('a1', 'firing', 'team'), outboxId('a1', 'resolved', 'team'), outboxId('a1', 'firing', 'ops')]
    assert.equal(new Set([...ids, outboxId('a2', 'firing', 'team'), outboxId('a1/firing', '', 'team')]).size, 5)
    const again = announce({ ...alert, value: 7 }, system, wordsIn('en'), new Date(0))
    assert.equal(again[0]?.id, ids[0])
  })
})
