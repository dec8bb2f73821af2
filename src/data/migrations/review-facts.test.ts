import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytesOf } from './review-facts.ts'

const row = (schema: string, table: string, tableBytes: number) => ({
  schema,
  table,
  tableBytes,
  indexBytes: 1,
  toastBytes: 1,
})

describe('the size of a table in a migration', () => {
  it('is the largest of that name when no schema is said, and not known of a table that was not seen', () => {
    const bytes = bytesOf([row('public', 't', 10), row('Other', 't', 100), row('public', 'constructor', 5)])
    assert.equal(bytes('t'), 102)
    assert.equal(bytes('public.t'), 12)
    assert.equal(bytes('Other.t'), 102)
    assert.equal(bytes('constructor'), 7)
    assert.equal(bytes('toString'), undefined)
  })
})
