import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { processPlace } from './process-place.ts'

it('the place of a process stays the same, and is unknown where the system does not tell', () => {
  assert.equal(processPlace(), processPlace())
  assert.equal(processPlace() !== undefined, existsSync('/proc/self/ns/pid'))
  assert.equal(processPlace('/nowhere'), undefined)
})
