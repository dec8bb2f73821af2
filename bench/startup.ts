import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, report, round } from './report.ts'

/** Cold start of commands beside `node -e 0`, in turn, so that a machine that slows down slows all of them. */
const rounds = 15
const vigie = join(import.meta.dirname, '..', 'bin', 'vigie.js')
const dir = mkdtempSync(join(tmpdir(), 'vigie-bench-'))
writeFileSync(
  join(dir, 'vigie.config.ts'),
  "import { defineSystem, host, http } from 'vigie'\nexport default defineSystem({ name: 'Bench', components: { api: http({ url: 'http://127.0.0.1:1' }), machine: host() } })\n",
)
const commands: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'vigie --version': [vigie, '--version'],
  'vigie status': [vigie, 'status'],
}
const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]))
for (let round = -1; round < rounds; round++) {
  for (const [name, args] of Object.entries(commands)) {
    const started = performance.now()
    const { status, stderr } = spawnSync(process.execPath, [...args], { cwd: dir, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${name}: ${stderr}`)
    if (round >= 0) times.get(name)?.push(performance.now() - started)
  }
}
rmSync(dir, { recursive: true })
const base = median(times.get('node -e 0') ?? [])
report(
  'startup',
  [...times].map(([command, all]) => ({
    command,
    medianMs: round(median(all)),
    timesNode: round(median(all) / base, 2),
  })),
)
