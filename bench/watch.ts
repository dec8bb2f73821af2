import type { Section } from './report.ts'
import { benchChecks } from './watch/checks.ts'
import { benchFault } from './watch/fault.ts'
import { benchHistory } from './watch/history.ts'
import { type Options, type Part, readOptions, usage } from './watch/options.ts'
import { benchRest } from './watch/rest.ts'

/** The watch beside what a team would take instead, in the same run. */
const benches: Readonly<Record<Part, (options: Options) => Promise<readonly Section[]>>> = {
  checks: benchChecks,
  fault: benchFault,
  rest: benchRest,
  history: benchHistory,
}

try {
  const options = readOptions(process.argv.slice(2))
  const all: Section[] = []
  for (const part of options.only) {
    console.error(`${part} …`)
    const sections = await benches[part](options)
    all.push(...sections)
    if (options.isJson) continue
    for (const { subject, rows } of sections) {
      console.log(`\n${subject}`)
      console.table(rows)
    }
  }
  if (options.isJson) console.log(JSON.stringify({ subject: 'watch', sections: all }, null, 2))
} catch (error) {
  console.error(error instanceof Error ? error.stack : error)
  console.error(usage)
  process.exitCode = 1
}
