import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startDemo } from '../../src/demo/start-demo.ts'
import { round, type Section } from '../report.ts'
import { importCosts } from './import-costs.ts'
import { observe } from './observe.ts'
import type { Options } from './options.ts'
import { startVigie } from './start-vigie.ts'
import { openWorkshop } from './workshop.ts'

const demoConfig = join(import.meta.dirname, '..', '..', 'examples', 'demo', 'vigie.config.ts')
/** The first looks of all checks are not rest. */
const settleMs = 30_000

/** The daemon with the demo system and nothing to tell, beside Node that does nothing; and what each library costs. */
export async function benchRest({ restSeconds }: Options): Promise<readonly Section[]> {
  const costs = importCosts()
  await using workshop = openWorkshop()
  const demo = await startDemo(workshop.dir, false)
  workshop.atEnd(demo.stop)
  const config = join(workshop.dir, 'vigie.config.ts')
  cpSync(demoConfig, config)
  const vigie = await startVigie(workshop, config)
  const bare = workshop.run(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
  await wait(settleMs)
  const seen = await observe([[vigie.pid], [bare.pid ?? 0]], restSeconds)
  const rows = seen.map(({ cpuSeconds, seconds, rssMb, pssMb, peakMb }, index) => ({
    program: index === 0 ? 'vigie up with the demo system' : 'bare node',
    corePercent: round((cpuSeconds * 100) / seconds, 2),
    rssMb: round(rssMb),
    pssMb: round(pssMb),
    peakRssMb: round(peakMb),
  }))
  return [
    { subject: `at rest, over ${restSeconds} s`, rows },
    { subject: 'what an import costs a process', rows: costs },
  ]
}
