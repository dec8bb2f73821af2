import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { patternSchema } from './pattern.ts'

describe('an option that is a regular expression', () => {
  it('takes what JavaScript takes', () => {
    for (const pattern of ['^220 ', '(?i:ready)', 'a|b', '\\d+']) assert.ok(patternSchema.safeParse(pattern).success)
  })

  it('refuses what is none, and an empty one, which would match anything', () => {
    for (const pattern of ['(', '[a', '*', '', 7]) assert.equal(patternSchema.safeParse(pattern).success, false)
  })
})
