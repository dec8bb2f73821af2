import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { median, type Row, round } from '../report.ts'

const libraries = [
  ...['zod', 'kysely', 'undici', 'nodemailer', 'croner', 'pg', 'node:sqlite', 'temporal-polyfill', 'yaml'],
  '@duckdb/node-api',
]
const rounds = 5
const root = join(import.meta.dirname, '..', '..')

/** Resident memory and time that each library takes in a process of its own, the median of some. */
export function importCosts(): readonly Row[] {
  return ['nothing', ...libraries].map((name) => {
    const all = Array.from({ length: rounds }, () => measure(name === 'nothing' ? undefined : name))
    return {
      import: name,
      rssMb: round(median(all.map(({ rssMb }) => rssMb))),
      ms: round(median(all.map(({ ms }) => ms))),
    }
  })
}

function measure(name: string | undefined): { readonly rssMb: number; readonly ms: number } {
  const script = `const [bytes, began] = [process.memoryUsage.rss(), performance.now()]
    ${name === undefined ? '' : `await import('${name}')`}
    console.log(JSON.stringify([(process.memoryUsage.rss() - bytes) / 2 ** 20, performance.now() - began]))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${name}: ${stderr}`)
  const [rssMb = 0, ms = 0] = JSON.parse(stdout) as number[]
  return { rssMb, ms }
}
