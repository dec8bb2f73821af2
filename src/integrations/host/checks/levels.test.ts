import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cpuCheck } from './cpu.ts'
import { loadCheck } from './load.ts'
import { memoryCheck } from './memory.ts'
import { swapCheck } from './swap.ts'

const GB = 1e9
const memory = (totalBytes?: number, availableBytes?: number, limitBytes?: number, usedBytes = 0) =>
  memoryCheck.judge(
    { totalBytes, availableBytes, container: limitBytes === undefined ? undefined : { limitBytes, usedBytes } },
    memoryCheck.options.parse({}),
  )
const cpu = (busyTicks: number, ticks: number) => cpuCheck.judge({ busyTicks, ticks }, cpuCheck.options.parse({}))
const load = (averages: readonly [number, number, number] | undefined, processors: number) =>
  loadCheck.judge({ averages, processors }, loadCheck.options.parse({}))
const swap = (totalBytes?: number, freeBytes?: number) =>
  swapCheck.judge({ totalBytes, freeBytes }, swapCheck.options.parse({}))

const table = [
  ['processors at 74 %', cpu(74, 100), 'pass'],
  ['processors at 75 %', cpu(75, 100), 'warn'],
  ['processors at 80 %', cpu(80, 100), 'fail'],
  ['processors whose clock stood still', cpu(0, 0), 'error'],
  ['processors whose clock went back', cpu(-5, -10), 'error'],
  ['processors that could not be read', cpuCheck.judge(undefined, cpuCheck.options.parse({})), 'error'],
  ['a load of 1.9 on 2 processors', load([9, 1.9, 9], 2), 'pass'],
  ['a load of 2 on 2 processors', load([0, 2, 0], 2), 'warn'],
  ['a load of 4 on 2 processors', load([0, 4, 0], 2), 'fail'],
  ['a load that could not be read', load(undefined, 2), 'error'],
  ['a load on processors that could not be counted', load([0, 0, 0], 0), 'error'],
  ['memory at 79 %', memory(100 * GB, 21 * GB), 'pass'],
  ['memory at 81 %', memory(100 * GB, 19 * GB), 'warn'],
  ['memory at 86 %', memory(100 * GB, 14 * GB), 'fail'],
  ['memory that could not be read', memory(undefined, undefined), 'error'],
  ['memory of a kernel that does not say what is available', memory(100 * GB, undefined), 'error'],
  ['a container near its own limit on a host with room', memory(100 * GB, 90 * GB, 2 * GB, 1.9 * GB), 'fail'],
  ['a container with room on a host with room', memory(100 * GB, 90 * GB, 2 * GB, 0.5 * GB), 'pass'],
  ['a container with room on a host without', memory(100 * GB, 0.1 * GB, 2 * GB, 0.5 * GB), 'fail'],
  ['a container whose limit is beyond the host', memory(100 * GB, 50 * GB, 900 * GB, 99 * GB), 'pass'],
  ['swap at 49 %', swap(100, 51), 'pass'],
  ['swap at 50 %', swap(100, 50), 'warn'],
  ['swap at 80 %', swap(100, 20), 'fail'],
  ['no swap at all', swap(0, 0), 'skipped'],
  ['swap that could not be read', swap(undefined, undefined), 'error'],
] as const

describe('the levels of a host', () => {
  for (const [what, verdict, status] of table) {
    it(`${what} is ${status}`, () => assert.equal(verdict.status, status))
  }

  it('are measured: the busy part of the processors, the load for each, the memory left, the swap used', () => {
    const measured = (verdict: ReturnType<typeof cpu>) => ('measurements' in verdict ? verdict.measurements : undefined)
    assert.deepEqual(measured(cpu(10, 40)), { cpu_ratio: 0.25 })
    assert.deepEqual(measured(load([1, 2, 3], 2)), {
      load_1m_ratio: 0.5,
      load_5m_ratio: 1,
      load_15m_ratio: 1.5,
      processors: 2,
    })
    assert.deepEqual(measured(memory(8, 6)), { memory_ratio: 0.25, available_bytes: 6, total_bytes: 8 })
    assert.deepEqual(measured(memory(80, 60, 8, 2)), { memory_ratio: 0.25, available_bytes: 6, total_bytes: 8 })
    assert.deepEqual(measured(swap(8, 6)), { swap_ratio: 0.25 })
  })

  it('get no better verdict for being higher', () => {
    const rank = { pass: 0, warn: 1, fail: 2, error: 3, skipped: 3 } as const
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(1000), fc.nat(1000), (total, one, other) => {
        const [less, more] = [Math.min(one, other, total), Math.min(Math.max(one, other), total)]
        assert.ok(rank[cpu(less, total).status] <= rank[cpu(more, total).status])
        assert.ok(rank[memory(total, total - less).status] <= rank[memory(total, total - more).status])
        assert.ok(rank[swap(total, total - less).status] <= rank[swap(total, total - more).status])
      }),
    )
  })
})
