import assert from 'node:assert/strict'
import { constants, PerformanceObserver } from 'node:perf_hooks'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { collectBrief, collectGarbage } from './collect-garbage.ts'

/** Kinds of the collections that were asked for while something was done. */
async function collected(act: () => void): Promise<readonly unknown[]> {
  const kinds: unknown[] = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) kinds.push('detail' in entry ? entry.detail : undefined)
  })
  observer.observe({ entryTypes: ['gc'] })
  act()
  await wait(20)
  observer.disconnect()
  const { NODE_PERFORMANCE_GC_FLAGS_FORCED: forced } = constants
  return kinds.flatMap((one) => {
    assert.ok(typeof one === 'object' && one !== null && 'kind' in one && 'flags' in one)
    return (Number(one.flags) & forced) === 0 ? [] : [one.kind]
  })
}

test('all of the heap is looked through, or what is brief alone', async () => {
  assert.deepEqual(await collected(collectGarbage), [constants.NODE_PERFORMANCE_GC_MAJOR])
  assert.deepEqual(await collected(collectBrief), [constants.NODE_PERFORMANCE_GC_MINOR])
})
