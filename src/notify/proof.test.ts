import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proofMaxAgeMs, unprovedChannels } from './proof.ts'

const now = new Date('2026-11-21T10:00:00Z')
const ago = (ms: number): Date => new Date(now.getTime() - ms)

describe('a channel', () => {
  it('is unproved when nothing was ever delivered on it, or not for longer than the limit', () => {
    const proofs = new Map([
      ['fresh', { at: ago(proofMaxAgeMs) }],
      ['stale', { at: ago(proofMaxAgeMs + 1) }],
      ['ahead', { at: ago(-1000) }],
      ['gone', { at: ago(10 * proofMaxAgeMs) }],
    ])
    assert.deepEqual(unprovedChannels(['fresh', 'stale', 'never', 'ahead'], proofs, now), [
      { channel: 'stale', provedAt: ago(proofMaxAgeMs + 1) },
      { channel: 'never', provedAt: undefined },
    ])
  })
})
