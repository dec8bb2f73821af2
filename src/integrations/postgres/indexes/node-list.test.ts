import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodesOf } from './node-list.ts'

describe('nodesOf', () => {
  it('takes the members of a list, with what is nested in them', () =>
    assert.deepEqual(nodesOf('({A :args ({V :n 1})} {B})'), ['{A :args ({V :n 1})}', '{B}']))
  it('takes a single node, and none of nothing', () => {
    assert.deepEqual(nodesOf('{A}'), ['{A}'])
    assert.deepEqual(nodesOf(''), [])
  })
  it('is not misled by braces in names', () =>
    assert.deepEqual(nodesOf('({A :name a\\}b\\{} {B})'), ['{A :name a\\}b\\{}', '{B}']))
})
