import { buildWhenStale } from './parts/build-when-stale.ts'
import { nothingRuns } from './parts/nothing-runs.ts'
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
nothingRuns()
console.log('\nnothing keeps running\nwatch: all of it was shown')
