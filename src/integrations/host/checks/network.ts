import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import type { HostOptions } from '../options.ts'
import { networkCounters } from '../proc.ts'

const faulty = message<{ name: string; errors: number }>('host.network-errors', {
  en: (p, f) =>
    `${p.name} counted ${f.plural(p.errors, { one: '1 error or drop', other: `${p.errors} errors or drops` })} while we looked`,
  fr: (p, f) =>
    `${p.name} a compté ${f.plural(p.errors, { one: '1 erreur ou perte', other: `${p.errors} erreurs ou pertes` })} pendant l'observation`,
})
const noInterface = message('host.no-interface', {
  en: () => 'this host has no network interface but its loopback',
  fr: () => "cet hôte n'a d'autre interface réseau que sa boucle locale",
})
const fine = message<{ names: string }>('host.network-fine', {
  en: (p) => `no errors on ${p.names}`,
  fr: (p) => `aucune erreur sur ${p.names}`,
})

const windowMs = 1000

/** Do interfaces lose packets while we look? */
export const networkCheck = defineCheck<HostOptions>()({
  kind: 'host-network',
  summary: message('host.network-summary', {
    en: () => 'interfaces lose nothing',
    fr: () => 'les interfaces ne perdent rien',
  }),
  options: z.strictObject({ maxErrors: z.number().int().min(0).default(0) }),
  cadence: 'weekly',
  criticality: 'informative',
  messages: [faulty, noInterface, fine],
  probe: async (_, __, ctx) => {
    const read = async () => networkCounters(await readFile('/proc/net/dev', 'utf8'))
    const before = await read()
    await wait(windowMs, undefined, { signal: ctx.signal })
    return { before, after: await read() }
  },
  judge: ({ before, after }, { maxErrors }) => {
    if (after.length === 0) return { status: 'skipped', because: 'by-design', reason: noInterface({}) }
    const faults = (one: (typeof after)[number] | undefined): number =>
      one === undefined ? 0 : one.rxErrors + one.rxDropped + one.txErrors + one.txDropped
    const measurements: Record<string, number> = {}
    const findings: FindingDraft[] = []
    for (const now of after) {
      const then = before.find(({ name }) => name === now.name)
      const errors = faults(now) - faults(then)
      measurements[`rx_bytes:${now.name}`] = now.rxBytes
      measurements[`tx_bytes:${now.name}`] = now.txBytes
      if (then !== undefined && errors > maxErrors)
        findings.push({ subject: now.name, severity: 'medium', title: faulty({ name: now.name, errors }) })
    }
    const seen = { saw: after.length, measurements }
    const [first] = findings
    if (first !== undefined) return { status: 'warn', ...seen, findings, reason: first.title }
    return { status: 'pass', ...seen, reason: fine({ names: after.map(({ name }) => name).join(', ') }) }
  },
})
