import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { checkedOn, type EndOfLife, endOfLife, type Product } from '../end-of-life.ts'
import { type FoundVersion, findVersions, versionKey } from '../find-versions.ts'
import type { RuntimeOptions } from '../options.ts'

const dayMs = 86_400_000

const ended = message<{ product: string; version: string; at: string; source: string }>('runtime.ended', {
  en: (p, f) => `${p.product} ${p.version} gets no security fixes since ${f.date(p.at)} (${p.source})`,
  fr: (p, f) =>
    `${p.product} ${p.version} ne reçoit plus de correctifs de sécurité depuis le ${f.date(p.at)} (${p.source})`,
})
const longTerm = message<{ product: string; version: string; at: string; source: string }>('runtime.long-term-only', {
  en: (p, f) => `${p.product} ${p.version} is in long-term support only, until ${f.date(p.at)} (${p.source})`,
  fr: (p, f) =>
    `${p.product} ${p.version} n'est plus que sous support à long terme, jusqu'au ${f.date(p.at)} (${p.source})`,
})
const endsSoon = message<{ product: string; version: string; at: string; source: string }>('runtime.ends-soon', {
  en: (p, f) => `${p.product} ${p.version} gets its last security fixes on ${f.date(p.at)} (${p.source})`,
  fr: (p, f) =>
    `${p.product} ${p.version} recevra ses derniers correctifs de sécurité le ${f.date(p.at)} (${p.source})`,
})
const upgrade = message<{ product: string; to: string }>('runtime.upgrade', {
  en: (p) => `Plan the move to ${p.product} ${p.to}`,
  fr: (p) => `Planifiez le passage à ${p.product} ${p.to}`,
})
const unknown = message<{ product: string; version: string }>('runtime.unknown-version', {
  en: (p) => `could not tell: no end date is known for ${p.product} ${p.version}`,
  fr: (p) => `indéterminé : aucune date de fin connue pour ${p.product} ${p.version}`,
})
const oldTable = message<{ at: string }>('runtime.old-table', {
  en: (p, f) => `could not tell: the table of end dates is of ${f.date(p.at)}; update Vigie`,
  fr: (p, f) => `indéterminé : la table des dates de fin date du ${f.date(p.at)} ; mettez Vigie à jour`,
})
const supported = message<{ list: string }>('runtime.supported', {
  en: (p) => `supported: ${p.list}`,
  fr: (p) => `maintenus : ${p.list}`,
})

/** How old the shipped table may be: every product in it has one release a year. */
const maxTableAgeMs = 400 * dayMs

export interface Sample {
  readonly now: string
  readonly versions: readonly FoundVersion[]
}

/** Do the runtimes still get security fixes? */
export const endOfLifeCheck = defineCheck<RuntimeOptions>()({
  kind: 'runtime-end-of-life',
  summary: message('runtime.end-of-life-summary', {
    en: () => 'runtimes still get security fixes',
    fr: () => 'les environnements reçoivent encore des correctifs de sécurité',
  }),
  options: z.strictObject({ warnWithin: durationSchema.default(90 * dayMs) }),
  cadence: 'daily',
  criticality: 'important',
  messages: [ended, longTerm, endsSoon, upgrade, unknown, oldTable, supported],
  probe: async ({ options: { path, ...stated } }, _, ctx): Promise<Sample> => {
    const now = ctx.clock.now().toISOString()
    const versions = Object.entries(stated).flatMap(([name, version]): FoundVersion[] => {
      const product = name as Product
      return version === undefined
        ? []
        : [{ product, version: versionKey(product, version) ?? version, source: 'config' }]
    })
    return { now, versions: versions.length > 0 ? versions : await findVersions(resolve(ctx.baseDir, path), ctx) }
  },
  judge: ({ now, versions }, { warnWithin }) => {
    const today = Date.parse(now)
    if (today - Date.parse(checkedOn) > maxTableAgeMs) return { status: 'error', reason: oldTable({ at: checkedOn }) }
    const missing = versions.find(({ product, version }) => endOfLife[product][version] === undefined)
    if (missing !== undefined)
      return { status: 'error', reason: unknown({ product: missing.product, version: missing.version }) }
    const findings = versions.flatMap(
      (found) => findingOf(found, endOfLife[found.product][found.version], today, warnWithin) ?? [],
    )
    const [first] = findings.toSorted((a, b) => Number(b.severity === 'high') - Number(a.severity === 'high'))
    const list = versions.map(({ product, version }) => `${product} ${version}`).join(', ')
    if (first === undefined) return { status: 'pass', saw: versions.length, reason: supported({ list }) }
    const status = first.severity === 'high' ? 'fail' : 'warn'
    return {
      status,
      saw: versions.length,
      findings,
      reason: first.title,
      ...(first.remedy && { remedy: first.remedy }),
    }
  },
})

function findingOf(
  found: FoundVersion,
  dates: EndOfLife | undefined,
  today: number,
  warnWithin: number,
): FindingDraft | undefined {
  if (dates === undefined) return undefined
  const { product, version, source } = found
  const last = dates.longTermEnd ?? dates.end
  const subject = `${product} ${version} ${source}`
  const texts = { product, version, source }
  const remedy = upgrade({ product, to: newest(product) })
  if (Date.parse(last) < today) return { subject, severity: 'high', title: ended({ ...texts, at: last }), remedy }
  if (Date.parse(last) - today < warnWithin)
    return { subject, severity: 'medium', title: endsSoon({ ...texts, at: last }), remedy }
  if (Date.parse(dates.end) < today)
    return { subject, severity: 'low', title: longTerm({ ...texts, at: last }), remedy }
  return undefined
}

/** The version with the farthest end. */
function newest(product: Product): string {
  const sorted = Object.entries(endOfLife[product]).toSorted(([, a], [, b]) => b.end.localeCompare(a.end))
  return sorted[0]?.[0] ?? ''
}
