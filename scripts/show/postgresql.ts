import { buildWhenStale } from './parts/build-when-stale.ts'
import { nothingRuns } from './parts/nothing-runs.ts'
import { archive } from './postgresql/archive.ts'
import { blockedSession } from './postgresql/blocked-session.ts'
import { indexes } from './postgresql/indexes.ts'

/** Plays what the care of PostgreSQL must show, on real servers, and prints the evidence. Ends at the first thing that is not so. */
buildWhenStale()
await indexes()
await blockedSession()
await archive()
nothingRuns()
console.log('\nnothing keeps running\npostgresql: all of it was shown')
