import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMemoryBudget, memoryBudgetBytes } from './memory-budget.ts'

const [over, within] = [memoryBudgetBytes + 1, memoryBudgetBytes]

/** What each look told: `!` over the budget, `.` within it, and how often it collected. */
function play(sizes: readonly number[], freed = 0): { told: string; collections: number } {
  let size = 0
  let collections = 0
  const look = createMemoryBudget({
    residentBytes: () => size,
    collect: () => {
      collections++
      size -= freed
    },
  })
  const told = sizes.map((bytes) => {
    size = bytes
    const found = look()
    return found === 'unchanged' ? '-' : found === undefined ? '.' : '!'
  })
  return { told: told.join(''), collections }
}
const times = (count: number, bytes: number): number[] => Array(count).fill(bytes)

describe('the memory of the watch', () => {
  it('over its budget is told once, after five minutes in which giving back did not help', () => {
    assert.deepEqual(play(times(30, over)), { told: `${'-'.repeat(9)}!${'-'.repeat(20)}`, collections: 2 })
  })

  it('is over when it was within its budget for five minutes, also after a restart', () => {
    const { told } = play([...times(10, over), ...times(9, within), over, ...times(10, within)])
    assert.equal(told, `${'-'.repeat(9)}!${'-'.repeat(19)}.`)
    assert.equal(play(times(12, within)).told, `${'-'.repeat(9)}.--`)
  })

  it('that nobody uses is given back, and is nothing to tell', () => {
    assert.deepEqual(play(times(12, over), 1000).told, `${'-'.repeat(9)}.--`)
  })
})
