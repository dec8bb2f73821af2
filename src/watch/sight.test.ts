import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSight } from './sight.ts'

describe('the sight of the watch', () => {
  const world = () => {
    let ms = 0
    let gone = true
    let asked = 0
    const isGone = async (): Promise<boolean> => {
      asked++
      return gone
    }
    const clock = { now: () => new Date(ms), monotonicMs: () => ms }
    const network = { references: ['tcp://r:1'], isGone }
    return {
      sight: createSight(network, clock),
      go: (by: number) => (ms += by),
      set: (is: boolean) => (gone = is),
      asked: () => asked,
    }
  }

  it('is lost when no reference answers, and back when one does', async () => {
    const { sight, set } = world()
    assert.equal(await sight.isGone(), true)
    set(false)
    assert.equal(await sight.isGone(), false)
  })

  it('is not lost while something afar is seen, whatever the references say, for ten minutes', async () => {
    const { sight, go } = world()
    await sight.isGone()
    await sight.seen()
    assert.equal(await sight.isGone(), false)
    go(599_999)
    assert.equal(await sight.isGone(), false)
    go(1)
    assert.equal(await sight.isGone(), true)
  })

  it('asks nobody as long as all is well', async () => {
    const { sight, asked } = world()
    for (let look = 0; look < 100; look++) await sight.seen()
    assert.equal(asked(), 0)
  })
})
