import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { buildWhenStale } from './parts/build-when-stale.ts'
import { breakAndRepair } from './watch/break-and-repair.ts'
import { fiveMinutesOfCpu } from './watch/five-minutes-of-cpu.ts'
import { recordedDay } from './watch/recorded-day.ts'
import { stormAndSilence } from './watch/storm-and-silence.ts'

/** Plays what the watch must show, on the real thing, and prints the evidence. Ends at the first thing that is not so. */
buildWhenStale()
await breakAndRepair()
await fiveMinutesOfCpu()
await stormAndSilence()
await recordedDay()

const left = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).stdout
const running = left.split('\n').filter((line) => line.trim() !== '' && !/\bps -o /.test(line))
assert.deepEqual(running, [], 'something keeps running')
console.log('\nnothing keeps running\nwatch: all of it was shown')
