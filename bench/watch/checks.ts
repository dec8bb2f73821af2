import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Row, round, type Section } from '../report.ts'
import { quantileBetween } from './histogram.ts'
import { observe } from './observe.ts'
import type { Options } from './options.ts'
import { startPrometheus } from './start-prometheus.ts'
import { startVigie, writeVigieConfig } from './start-vigie.ts'
import { startTargets, type Target, type TargetServer } from './targets.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

interface Load {
  readonly name: string
  targets(server: TargetServer): readonly Target[]
}

const loads: readonly Load[] = [
  { name: '500 every 10 s', targets: (server) => server.targets('often', 500, 10) },
  {
    name: '2,000 every 60 s, 500 every 10 s',
    targets: (server) => [...server.targets('often', 500, 10), ...server.targets('seldom', 2000, 60)],
  },
]

/** A program that looks at targets, beside the others. */
interface Watcher {
  readonly name: string
  /** As the targets hear it. */
  readonly agent: string
  readonly pids: readonly number[]
  /** Asked before and after; the second answer is the p99 of how late looks began, in seconds. */
  lag(): Promise<number>
}

/** Looks at many services at once: what a look costs, beside what a team would take instead, at the same time. */
export async function benchChecks({ seconds, warmSeconds }: Options): Promise<readonly Section[]> {
  const sections: Section[] = []
  for (const load of loads) {
    await using workshop = openWorkshop()
    const server = await startTargets(workshop)
    const watchers = await startWatchers(workshop, load.targets(server))
    await wait(warmSeconds * 1000)
    for (const one of watchers) await one.lag()
    const before = await server.asked()
    const seen = await observe(
      watchers.map(({ pids }) => pids),
      seconds,
    )
    const after = await server.asked()
    const rows: Row[] = []
    for (const [index, { name, agent, lag }] of watchers.entries()) {
      const used = seen[index]
      const checks = (after[agent] ?? 0) - (before[agent] ?? 0)
      if (used === undefined || checks === 0) throw new Error(`${name} did not look at all`)
      rows.push({
        program: name,
        checks,
        cpuSecondsPer1000: round((used.cpuSeconds * 1000) / checks, 3),
        cpuPercent: round((used.cpuSeconds * 100) / used.seconds),
        rssMb: round(used.rssMb),
        pssMb: round(used.pssMb),
        peakRssMb: round(used.peakMb),
        p99LagSeconds: round(await lag(), 4),
      })
    }
    sections.push({ subject: `checks: ${load.name}, over ${seconds} s`, rows })
  }
  return sections
}

async function startWatchers(workshop: Workshop, targets: readonly Target[]): Promise<readonly Watcher[]> {
  const vigie = await startVigie(workshop, writeVigieConfig(workshop, targets))
  const prometheus = await startPrometheus(workshop, targets)
  const bare = workshop.run(process.execPath, [writeBareLoop(workshop), join(workshop.dir, 'bare.db')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  bare.send({ targets })
  let page = ''
  return [
    {
      ...{ name: 'vigie up', agent: 'vigie', pids: [vigie.pid] },
      lag: async () => {
        const before = page
        page = await vigie.metrics()
        return quantileBetween(before, page, 'vigie_schedule_lag_seconds', 0.99)
      },
    },
    {
      ...{ name: 'prometheus + blackbox_exporter', agent: 'Blackbox Exporter', pids: prometheus.pids },
      lag: () => lateScrapes(prometheus.url, targets),
    },
    {
      ...{ name: 'bare undici loop + node:sqlite', agent: 'bare', pids: [bare.pid ?? 0] },
      lag: async () => {
        bare.send({})
        const [{ p99Seconds }] = (await once(bare, 'message')) as [{ readonly p99Seconds: number }]
        return p99Seconds
      },
    },
  ]
}

/** As JavaScript: to take the types off in the process would cost it 16 MB that such a loop does not need. */
function writeBareLoop(workshop: Workshop): string {
  const file = join(workshop.dir, 'bare-loop.mjs')
  const source = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'bare-loop.ts'), 'utf8'))
  writeFileSync(file, source.replace("'undici'", `'${import.meta.resolve('undici')}'`))
  return file
}

/** By its own account: how much longer than the interval the worst hundredth of the spans between two scrapes was. */
async function lateScrapes(url: string, targets: readonly Target[]): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text()
  const late = [...new Set(targets.map(({ everySeconds }) => everySeconds))].map((every) => {
    const written = every % 60 === 0 ? `${every / 60}m0s` : `${every}s`
    const row = new RegExp(
      `^prometheus_target_interval_length_seconds\\{interval="${written}",quantile="0.99"\\} (\\S+)`,
      'm',
    )
    return Number(row.exec(page)?.[1] ?? Number.NaN) - every
  })
  return Math.max(0, ...late)
}
