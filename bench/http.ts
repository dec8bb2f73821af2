import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { report, round } from './report.ts'

/** CPU and memory of a routine of local HTTP checks beside a bare keep-alive loop that sends the same requests. */
const vigie = join(import.meta.dirname, '..', 'bin', 'vigie.js')
const server: ChildProcess = spawn(
  process.execPath,
  [
    '-e',
    "require('http').createServer((q, r) => r.end('ok')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })",
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const [line] = await once(server.stdout ?? process.stdin, 'data')
const url = `http://127.0.0.1:${String(line).trim()}`
const dir = mkdtempSync(join(tmpdir(), 'vigie-bench-'))
const undici = import.meta.resolve('undici')
// Each program tells its own CPU time and peak memory at its end, on standard error.
const usage =
  "process.on('exit', () => { const u = process.resourceUsage(); process.stderr.write(JSON.stringify([(u.userCPUTime + u.systemCPUTime) / 1000, u.maxRSS / 1024]) + '\\n') })"
writeFileSync(join(dir, 'usage.mjs'), usage)
writeFileSync(
  join(dir, 'loop.mjs'),
  `import { Agent } from '${undici}'; const agent = new Agent(); let left = Number(process.argv[2]);
  await Promise.all(Array.from({ length: 8 }, async () => { while (left-- > 0) { const r = await agent.request({ origin: '${url}', path: '/', method: 'GET' }); await r.body.text() } })); await agent.destroy()`,
)

/** Side by side, in turn: the machine is faster in one second than in the next. */
const rounds = 7

interface Used {
  readonly wallMs: number
  readonly cpuMs: number
  readonly memoryMb: number
}

/** What a program used, less nothing: start-up counts, and is told apart by the run with no request. */
function measure(args: readonly string[]): Used {
  const started = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['--import', join(dir, 'usage.mjs'), ...args], {
    cwd: dir,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  })
  if (status !== 0) throw new Error(stderr)
  const [cpuMs = 0, memoryMb = 0] = JSON.parse(stderr.trim().split('\n').at(-1) ?? '[]') as number[]
  return { wallMs: performance.now() - started, cpuMs, memoryMb }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function middle(all: readonly Used[]): Used {
  const of = (member: keyof Used): number => median(all.map((one) => one[member]))
  return { wallMs: of('wallMs'), cpuMs: of('cpuMs'), memoryMb: of('memoryMb') }
}

function config(count: number): string {
  const components = Array.from(
    { length: count },
    (_, n) => `c${n}: http({ url: '${url}', checks: { latency: false } })`,
  )
  const file = join(dir, `vigie-${count}.config.ts`)
  writeFileSync(
    file,
    `import { defineSystem, http } from 'vigie'\nexport default defineSystem({ name: 'Bench ${count}', components: { ${components.join(', ')} } })\n`,
  )
  return file
}

try {
  const rows = [200, 1000].flatMap((count) => {
    const run = (n: number): Used => measure([vigie, 'run', 'daily', '--json', '--config', config(n)])
    // What runs for the first time is compiled, and kept for the next.
    run(1)
    run(count)
    const turns = Array.from({ length: rounds }, () => ({
      busy: run(count),
      idle: run(1),
      bareBusy: measure(['loop.mjs', String(count)]),
      bareIdle: measure(['loop.mjs', '1']),
    }))
    const perCheck = median(turns.map(({ busy, idle }) => (busy.cpuMs - idle.cpuMs) / (count - 1)))
    const bare = median(turns.map(({ bareBusy, bareIdle }) => (bareBusy.cpuMs - bareIdle.cpuMs) / (count - 1)))
    const busy = middle(turns.map((turn) => turn.busy))
    const bareBusy = middle(turns.map((turn) => turn.bareBusy))
    const row = (program: string, used: Used, cpu: number): Record<string, string | number> => ({
      checks: count,
      program,
      wallMs: round(used.wallMs),
      cpuMsPerCheck: round(cpu, 3),
      peakMb: round(used.memoryMb),
    })
    return [
      row('vigie run daily', busy, perCheck),
      row('bare keep-alive loop', bareBusy, bare),
      {
        checks: count,
        program: 'ratio',
        wallMs: round(busy.wallMs / bareBusy.wallMs, 2),
        cpuMsPerCheck: round(perCheck / bare, 2),
        peakMb: round(busy.memoryMb / bareBusy.memoryMb, 2),
      },
    ]
  })
  report('http', rows)
} finally {
  server.kill()
  rmSync(dir, { recursive: true, force: true })
}
