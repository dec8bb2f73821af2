import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ageLimit } from './age-limit.ts'

const hourMs = 3_600_000
const cases: readonly [string | undefined, number][] = [
  [undefined, 26],
  ['02:00', 26],
  ['0 2 * * *', 26],
  ['mon 03:00', 7 * 24 + 2],
  ['1 03:00', 31 * 24 + 2],
  ['31 03:00', 61 * 24 + 2],
  ['0 */6 * * *', 8],
  ['0 2 * * 1-5', 3 * 24 + 2],
  ['0 8-18 * * 1-5', 2 * 24 + 14 + 2],
]

describe('how old the last good backup may be', () => {
  for (const [at, hours] of cases)
    it(`with ${at ?? 'no time'} it is ${hours} h`, () => assert.equal(ageLimit({ at }), hours * hourMs))

  it('is what the config says, when it does', () => assert.equal(ageLimit({ at: '02:00', maxAge: 5 }), 5))
})
