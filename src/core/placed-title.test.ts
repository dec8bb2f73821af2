import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { placedTitle } from './placed-title.ts'

describe('the title of an alert', () => {
  const rows = [
    ['api', 'answered 500, expected 2xx', 'api: answered 500, expected 2xx'],
    ['api', 'api: processors at 97%', 'api: processors at 97%'],
    ['api', 'api /var: disk 91% full', 'api /var: disk 91% full'],
    ['api', 'api/connect could not be told', 'api/connect could not be told'],
    ['api', 'apis are many', 'api: apis are many'],
    ['api', 'api-2 is down', 'api: api-2 is down'],
    ['', 'our own network is gone', 'our own network is gone'],
  ] as const
  for (const [component, title, placed] of rows) {
    it(`"${title}" names ${component === '' ? 'no component when there is none' : component} once`, () => {
      assert.equal(placedTitle(component, title, 'en'), placed)
    })
  }
  it('has the space of its language', () => {
    assert.equal(placedTitle('api', 'a répondu 500', 'fr'), 'api\u00a0: a répondu 500')
  })
})
