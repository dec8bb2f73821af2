import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LastLookRow, WatchBeat } from '../store/last-look-store.ts'
import { createLastLookRound } from './last-look-round.ts'
import type { LastLook } from './watched-system.ts'

const start = new Date('2026-11-21T10:00:00Z')
const look = (status: string): LastLook => ({ status, reason: undefined, at: start })

describe('what is kept of the looks of a watch', () => {
  it('is one write for all that are new since the last, which is tried again when it failed, and the end', async () => {
    const lastLooks = new Map([['a/b', look('pass')]])
    const written: [WatchBeat, readonly LastLookRow[]][] = []
    let isBroken = false
    let now = start
    const round = createLastLookRound({
      ...{ system: 'S', host: 'h', pid: 7, lastLooks, clock: { now: () => now } },
      store: {
        keep: async (_, beat, rows) => {
          if (isBroken) throw new Error('disk full')
          written.push([beat, rows])
        },
        looks: async () => [],
        beat: async () => undefined,
      },
    })
    const steps = () => written.map(([, rows]) => rows.map(({ step, status }) => `${step} ${status}`))
    await round.beat()
    await round.beat()
    isBroken = true
    lastLooks.set('a/b', look('fail')).set('a/c', look('pass'))
    await assert.rejects(round.beat())
    isBroken = false
    now = new Date(start.getTime() + 30_000)
    await round.beat()
    await round.stop()
    assert.deepEqual(steps(), [['a/b pass'], [], ['a/b fail', 'a/c pass'], []])
    assert.deepEqual(written.at(-2)?.[0], { at: now, startedAt: start, stoppedAt: undefined, host: 'h', pid: 7 })
    assert.deepEqual(written.at(-1)?.[0].stoppedAt, now)
  })
})
