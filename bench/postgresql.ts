import { benchBloat } from './postgresql/bloat.ts'
import { benchDaily } from './postgresql/daily.ts'
import { type Options, type Part, readOptions, usage } from './postgresql/options.ts'
import { benchRetention } from './postgresql/retention.ts'
import type { Section } from './report.ts'

/** The care of a database beside what a team would do by hand, in the same run. */
const benches: Readonly<Record<Part, (options: Options) => Promise<readonly Section[]>>> = {
  daily: benchDaily,
  retention: benchRetention,
  bloat: benchBloat,
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
  if (options.isJson) console.log(JSON.stringify({ subject: 'postgresql', sections: all }, null, 2))
} catch (error) {
  console.error(error instanceof Error ? error.stack : error)
  console.error(usage)
  process.exitCode = 1
}
