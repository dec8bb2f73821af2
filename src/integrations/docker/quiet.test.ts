import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { quietFor } from './quiet.ts'

describe('what is done to those who write into a volume', () => {
  it('is what the options say; PostgreSQL is stopped by itself, and never copied live', () => {
    for (const [whileInUse, hasWriters, holdsPostgres, expected] of [
      ['auto', false, false, 'none'],
      ['auto', false, true, 'none'],
      ['live', false, true, 'none'],
      ['auto', true, false, 'pause'],
      ['auto', true, true, 'stop'],
      ['stop', true, false, 'stop'],
      ['pause', true, true, 'pause'],
      ['live', true, false, 'live'],
      ['live', true, true, 'refused'],
    ] as const)
      assert.equal(
        quietFor(whileInUse, { hasWriters, holdsPostgres }),
        expected,
        `${whileInUse} ${hasWriters} ${holdsPostgres}`,
      )
  })
})
