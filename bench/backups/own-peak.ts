import { appendFileSync } from 'node:fs'

// Kilobytes; of this process alone, where GNU time knows the largest of it and all that it started.
const file = process.env['VIGIE_BENCH_PEAKS']
if (file !== undefined)
  process.on('exit', () => appendFileSync(file, `${Math.round(process.resourceUsage().maxRSS)}\n`))
