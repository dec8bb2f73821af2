import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ownClock } from '../../test/support/own-clock.ts'
import { createNews } from './news.ts'

describe('a line of the log', () => {
  it('is said once an hour as long as it stays the same', () => {
    const clock = ownClock(new Date('2026-11-21T10:00:00Z'))
    const isNews = createNews(clock)
    let said = 0
    for (let look = 0; look < 4 * 60 * 3; look++) {
      if (isNews('api/metrics: answers 500')) said++
      clock.advance(15_000)
    }
    assert.equal(said, 3)
    assert.ok(isNews('api/metrics: answers 502'))
  })

  it('that is another each time takes no more room than a thousand', () => {
    const isNews = createNews(ownClock(new Date('2026-11-21T10:00:00Z')))
    for (let line = 0; line < 5000; line++) assert.ok(isNews(`line ${line}`))
    assert.ok(isNews('line 0'))
  })
})
