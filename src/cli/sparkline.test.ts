import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparkline } from './sparkline.ts'

test('a sparkline goes from the lowest to the highest, and is no wider than it may be', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20), '▁▂▃▄▅▆▇█')
  assert.equal(sparkline([5, 5, 5], 20), '▁▁▁')
  assert.equal(sparkline([], 20), '')
  assert.equal(sparkline([0, 0, 8, 8, 4, 4], 3), '▁█▅')
  assert.equal(
    sparkline(
      Array.from({ length: 1000 }, (_, index) => index),
      30,
    ).length,
    30,
  )
})
