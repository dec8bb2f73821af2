import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at } from '../../test/contract/store-samples.ts'
import { anAlert } from '../../test/contract/watch-samples.ts'
import { oneOfEach } from './one-of-each.ts'

describe('alerts that are open for one key', () => {
  it('go on as the oldest that fires, or else as the oldest', () => {
    const open = [
      anAlert('newest', { key: 'x', startedAt: at(30) }),
      anAlert('fires', { key: 'x', startedAt: at(20) }),
      anAlert('waits', { key: 'x', state: 'pending', startedAt: at(10) }),
      anAlert('later', { key: 'y', state: 'pending', startedAt: at(20) }),
      anAlert('first', { key: 'y', state: 'pending', startedAt: at(10) }),
      anAlert('alone', { key: 'z' }),
    ]
    const { one, others } = oneOfEach(open)
    assert.deepEqual(
      [one, others].map((some) => some.map(({ id }) => id)),
      [
        ['fires', 'first', 'alone'],
        ['newest', 'waits', 'later'],
      ],
    )
  })
})
