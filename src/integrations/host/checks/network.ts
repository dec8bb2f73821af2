import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { look } from '../look.ts'
import { type InterfaceCounters, networkCounters } from '../net-dev.ts'
import type { HostOptions } from '../options.ts'
import { notReadable } from '../texts.ts'

const faulty = message<{ name: string; faults: number; ratio: number; overMs: number }>('host.network-errors', {
  en: (p, f) =>
    `${p.name} lost or damaged ${f.plural(p.faults, { one: '1 packet', other: `${f.number(p.faults, 0)} packets` })} in ${f.duration(p.overMs)}, ${f.percent(p.ratio)} of all`,
  fr: (p, f) =>
    `${p.name} a perdu ou abîmé ${f.plural(p.faults, { one: '1 paquet', other: `${f.number(p.faults, 0)} paquets` })} en ${f.duration(p.overMs)}, soit ${f.percent(p.ratio)}`,
})
const faultyRemedy = message<{ name: string }>('host.network-remedy', {
  en: (p) => `ip -s -s link show ${p.name}; ethtool -S ${p.name}`,
  fr: (p) => `ip -s -s link show ${p.name}; ethtool -S ${p.name}`,
})
const noInterface = message('host.no-interface', {
  en: () => 'this host has no network interface but its loopback',
  fr: () => "cet hôte n'a d'autre interface réseau que sa boucle locale",
})
const fine = message<{ names: string }>('host.network-fine', {
  en: (p) => `${p.names}: next to no packet lost`,
  fr: (p) => `${p.names}\u00a0: presque aucun paquet perdu`,
})

/** Two looks a second apart: what fails right now shows even on the first run. */
const windowMs = 1000
/** Five weeks: the last weekly routine, also when one was missed. */
const historyMs = 35 * 86_400_000

/** What passed and was lost between two looks. */
interface Period {
  readonly overMs: number
  readonly packets: number
  readonly faults: number
}
export interface InterfaceSample {
  readonly counters: InterfaceCounters
  readonly periods: readonly Period[]
}

/** Do interfaces lose packets, now or since the last run? */
export const networkCheck = defineCheck<HostOptions>()({
  kind: 'host-network',
  summary: message('host.network-summary', {
    en: () => 'interfaces lose next to nothing',
    fr: () => 'les interfaces ne perdent presque rien',
  }),
  options: z.strictObject({
    /** Lost or damaged packets of all. 1 % as node_exporter's alerts NodeNetworkReceiveErrs and NodeNetworkTransmitErrs. */
    warn: z.number().positive().max(1).default(0.01),
    /** Fewer are noise whatever their share: a quiet interface drops the odd packet of a protocol that it does not speak. */
    minimum: z.number().int().positive().default(10),
  }),
  cadence: 'weekly',
  criticality: 'informative',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [faulty, faultyRemedy, noInterface, fine, notReadable],
  probe: async (_, __, ctx): Promise<readonly InterfaceSample[] | undefined> => {
    const before = await look('/proc/net/dev', ctx)
    await wait(windowMs, undefined, { signal: ctx.signal })
    const after = await look('/proc/net/dev', ctx)
    if (before === undefined || after === undefined) return undefined
    const first = networkCounters(before)
    return Promise.all(
      networkCounters(after).map(async (counters) => {
        const then = first.find(({ name }) => name === counters.name)
        const now = then === undefined ? [] : [periodBetween(then, counters, windowMs)]
        return { counters, periods: [...now, ...(await sinceLastRun(counters, ctx))] }
      }),
    )
  },
  judge: (interfaces, { warn, minimum }) => {
    if (interfaces === undefined) return { status: 'error', reason: notReadable({ file: '/proc/net/dev' }) }
    if (interfaces.length === 0) return { status: 'skipped', because: 'by-design', reason: noInterface({}) }
    const measurements: Record<string, number> = {}
    const findings: FindingDraft[] = []
    for (const { counters, periods } of interfaces) {
      const { name, rxBytes, txBytes, packets, faults } = counters
      Object.assign(measurements, { [`rx_bytes:${name}`]: rxBytes, [`tx_bytes:${name}`]: txBytes })
      Object.assign(measurements, { [`packets:${name}`]: packets, [`faults:${name}`]: faults })
      const bad = periods.find((one) => one.faults >= minimum && shareOf(one) >= warn)
      if (bad === undefined) continue
      const title = faulty({ name, faults: bad.faults, ratio: shareOf(bad), overMs: bad.overMs })
      findings.push({ subject: name, severity: 'medium', title, remedy: faultyRemedy({ name }) })
    }
    const names = interfaces.map(({ counters }) => counters.name)
    const seen = { saw: names.length, covers: names, measurements }
    const [first] = findings
    if (first !== undefined) return { status: 'warn', ...seen, findings, reason: first.title }
    return { status: 'pass', ...seen, reason: fine({ names: names.join(', ') }) }
  },
})

/** Of packets counted and faults: a dropped packet may not be among those counted. */
function shareOf({ packets, faults }: Period): number {
  return faults / Math.max(1, packets + faults)
}

/** Counters that went back began again at zero: what they count now came since then. */
export function periodBetween(
  then: Pick<InterfaceCounters, 'packets' | 'faults'>,
  now: Pick<InterfaceCounters, 'packets' | 'faults'>,
  overMs: number,
): Period {
  const isReset = now.packets < then.packets || now.faults < then.faults
  const from = isReset ? { packets: 0, faults: 0 } : then
  return { overMs, packets: now.packets - from.packets, faults: now.faults - from.faults }
}

async function sinceLastRun(now: InterfaceCounters, ctx: StepContext): Promise<readonly Period[]> {
  const packets = (await ctx.history(`packets:${now.name}`, historyMs)).at(-1)
  const faults = (await ctx.history(`faults:${now.name}`, historyMs)).at(-1)
  if (packets === undefined || faults === undefined) return []
  const overMs = ctx.clock.now().getTime() - packets.at.getTime()
  return [periodBetween({ packets: packets.value, faults: faults.value }, now, overMs)]
}
