import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { processPlace } from '../platform/process-place.ts'
import type { LeaseRow } from '../store/lease-store.ts'
import { isAbandoned } from './leases.ts'

const at = new Date('2026-11-21T10:00:00Z')
const gone = spawnSync('true').pid
const lease = (over: Partial<LeaseRow>): LeaseRow => {
  const held = { name: 's/daily', holder: 'r1', host: 'h', acquiredAt: at, expiresAt: at }
  return { ...held, pid: gone, place: 'here', ...over }
}

describe('a lease whose process is not seen', () => {
  const place = processPlace()

  it('is abandoned where its process id means the same as here, and only there', () => {
    assert.equal(isAbandoned(lease({ place })), place !== undefined)
    assert.equal(isAbandoned(lease({ place, pid: process.pid })), false)
  })

  it('is left to its time to live on another machine, boot or process name space, and where nothing tells', () => {
    assert.equal(isAbandoned(lease({ place: 'elsewhere pid:[1]' })), false)
    assert.equal(isAbandoned(lease({ place: undefined })), false)
  })
})
