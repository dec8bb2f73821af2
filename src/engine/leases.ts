import { hostname } from 'node:os'
import type { Clock } from '../core/clock.ts'
import { VigieError } from '../core/errors.ts'
import { isProcessAlive } from '../platform/process-alive.ts'
import { processPlace } from '../platform/process-place.ts'
import type { LeaseRow, LeaseStore } from '../store/lease-store.ts'
import { lockedByRun, lockedHint } from './messages.ts'

/** A lease dies with its run within this time, a crash included (§5 of the design). */
const ttlMs = 60_000
const renewEveryMs = 15_000

export interface HeldLease {
  readonly name: string
  /** Aborted when the lease was lost: whoever acts under it must stop. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/** Takes the lease and keeps it renewed until it is released. Throws `locked` with the holder's name. */
export async function holdLease(leases: LeaseStore, clock: Clock, name: string, holder: string): Promise<HeldLease> {
  const now = clock.now()
  const self = { holder, host: hostname(), pid: process.pid, place: processPlace() }
  const row: LeaseRow = { name, ...self, acquiredAt: now, expiresAt: inTtl(now) }
  const present = await leases.acquire(row, isAbandoned)
  if (present !== undefined) {
    const { host, pid, acquiredAt } = present
    const since = acquiredAt.toISOString()
    throw new VigieError('locked', lockedByRun({ lease: name, holder: present.holder, host, pid, since }), {
      hint: lockedHint({ holder: present.holder }),
    })
  }
  const lost = new AbortController()
  let { expiresAt } = row
  // A renewal that could not be written is tried again: until the lease runs out it is ours.
  const timer = setInterval(() => {
    const until = inTtl(clock.now())
    leases.renew(name, holder, until).then(
      (isOurs) => {
        if (isOurs) expiresAt = until
        else lost.abort()
      },
      () => {
        if (clock.now().getTime() + renewEveryMs >= expiresAt.getTime()) lost.abort()
      },
    )
  }, renewEveryMs)
  timer.unref()
  return {
    name,
    lost: lost.signal,
    release: async () => {
      clearInterval(timer)
      // What cannot be given back runs out by itself, and what failed before it is the better story.
      await leases.release(name, holder).catch(() => undefined)
    },
  }
}

/**
 * A holder whose process is gone cannot come back: no need to wait for the lease to run out. Only where its process id
 * means the same as here: host names are alike in containers, and then each has a process 7 of its own.
 */
export function isAbandoned(lease: LeaseRow): boolean {
  return lease.place !== undefined && lease.place === processPlace() && !isProcessAlive(lease.pid)
}

function inTtl(now: Date): Date {
  return new Date(now.getTime() + ttlMs)
}
