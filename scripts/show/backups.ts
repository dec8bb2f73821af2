import { byHand } from './backups/by-hand.ts'
import { createAndDrill } from './backups/create-and-drill.ts'
import { droppedTable } from './backups/dropped-table.ts'
import { startInsurance } from './backups/insurance.ts'
import { sabotages } from './backups/sabotages.ts'
import { buildWhenStale } from './parts/build-when-stale.ts'
import { nothingRuns } from './parts/nothing-runs.ts'

/** Plays what backups must show, on a real server, and prints the evidence. Ends at the first thing that is not so. */
buildWhenStale()
const insurance = await startInsurance()
try {
  await createAndDrill(insurance)
  await sabotages(insurance)
  await droppedTable(insurance)
  await byHand(insurance)
} finally {
  await insurance.stop()
}
nothingRuns()
console.log('\nnothing keeps running\nbackups: all of it was shown')
