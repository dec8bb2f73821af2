import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from './targets.ts'
import { ended, type Workshop } from './workshop.ts'

export interface RunningVigie {
  readonly pid: number
  /** Its page about itself. */
  metrics(): Promise<string>
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '..', '..', 'bin', 'vigie.js')
const longestStartMs = 120_000

/** The built program, as its user has it, on a free port. */
export async function startVigie(workshop: Workshop, config: string): Promise<RunningVigie> {
  const words = ['up', '--port', '0', '--json', '--config', config, '--data', join(workshop.dir, 'data')]
  const child = workshop.run(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    const timer = setTimeout(() => reject(new Error(`vigie up does not begin: ${told}`)), longestStartMs)
    child.stdout?.on('data', (chunk) => {
      told += chunk
      const found = /"url": "(?<url>[^"]+)"/.exec(told)?.groups?.['url']
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`vigie up ended with ${code}: ${told}`))
    })
  })
  return {
    pid: child.pid ?? 0,
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    stop: () => ended(child),
  }
}

/** A config that asks every target as often as it says. The ready-made rules are there as in every system. */
export function writeVigieConfig(workshop: Workshop, targets: readonly Target[], rest = ''): string {
  const file = join(workshop.dir, 'vigie.config.ts')
  writeFileSync(
    file,
    `import { defineSystem, email, http } from 'vigie'
const targets = ${JSON.stringify(targets)}
const component = ({ name, url, everySeconds }) =>
  [name, http({ url, checks: { status: { every: everySeconds + 's' }, latency: false } })]
export default defineSystem({ name: 'Bench', components: Object.fromEntries(targets.map(component)),
  alerts: ['http_response_seconds > 1s for 1m as medium'], ${rest} })
void email
`,
  )
  return file
}
