import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Overflow } from '../alerts/evaluator.ts'
import { createOverflowRound } from './overflow-round.ts'

describe('more series than rules can judge', () => {
  it('are told with how many of late, and are over when nothing was left out for five minutes', async () => {
    const told: string[] = []
    let seen: Overflow = { droppedPoints: 0, rules: [] }
    const round = createOverflowRound({
      overflow: () => seen,
      tellOwn: async (_, trouble) =>
        void told.push(
          trouble === undefined ? 'over' : `${trouble.title.params['points']} ${trouble.title.params['rules']}`,
        ),
    })
    for (const droppedPoints of [0, 0, 500, 700, 700, 700, 700, 700, 700, 700]) {
      seen = { ...seen, droppedPoints }
      await round()
    }
    assert.deepEqual(told, ['500 ', '200 ', 'over'])
    seen = { droppedPoints: 700, rules: [{ rule: 'a > 1', labelSets: 9 }] }
    await round()
    assert.deepEqual(told.slice(3), ['0 a > 1'])
  })

  it('are over as soon as that can be kept', async () => {
    const told: string[] = []
    let isFull = true
    const round = createOverflowRound({
      overflow: () => ({ droppedPoints: 0, rules: [] }),
      tellOwn: async (_, trouble) => {
        if (isFull) throw new Error('no space left')
        told.push(trouble === undefined ? 'over' : 'begun')
      },
    })
    for (let count = 0; count < 7; count++) await round().catch(() => undefined)
    isFull = false
    for (let count = 0; count < 3; count++) await round()
    assert.deepEqual(told, ['over'])
  })
})
