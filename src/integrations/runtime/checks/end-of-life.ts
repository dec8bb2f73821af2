import { resolve } from 'node:path'
import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { maxEndOfLifeTableAgeMs } from '../../../core/postgresql-end-of-life.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { checkedOn, endOfLife, type Product, products } from '../end-of-life.ts'
import { type FoundVersion, versionsOfFolder, versionsOfHost } from '../find-versions.ts'
import type { RuntimeOptions } from '../options.ts'
import {
  ended,
  endsSoon,
  longTerm,
  noFolder,
  notFound,
  oldTable,
  runtimeTexts,
  stateIt,
  supported,
  unknown,
  update,
  upgrade,
} from '../texts.ts'
import { asked } from '../versions.ts'

const dayMs = 86_400_000

export interface RuntimeSample {
  readonly now: string
  readonly versions: readonly FoundVersion[]
  /** Products that were asked for and not found. */
  readonly absent: readonly Product[]
  /** The folder that should have been looked into and is not there. */
  readonly missingFolder: string | undefined
}

/** A product and version, with all places that name it. */
interface Named {
  readonly product: Product
  readonly version: string
  readonly sources: readonly string[]
}

/** Do the runtimes still get security fixes? */
export const endOfLifeCheck = defineCheck<RuntimeOptions>()({
  kind: 'runtime-end-of-life',
  summary: message('runtime.end-of-life-summary', {
    en: () => 'runtimes still get security fixes',
    fr: () => 'les environnements reçoivent encore des correctifs de sécurité',
  }),
  options: z.strictObject({
    /** A quarter: the time that a small team needs to plan and test a move. */
    warnWithin: durationSchema.default(90 * dayMs),
  }),
  cadence: 'daily',
  criticality: 'important',
  messages: runtimeTexts,
  probe: async ({ options: { path, ...wished } }, _, ctx): Promise<RuntimeSample> => {
    const now = ctx.clock.now().toISOString()
    const wishes = products.flatMap((product): [Product, string][] => {
      const wish = wished[product]
      return wish === undefined ? [] : [[product, wish]]
    })
    const stated = wishes.flatMap(([product, wish]) =>
      wish === 'auto' ? [] : [{ ...asked(product, wish), source: 'config' }],
    )
    const automatic = wishes.flatMap(([product, wish]) => (wish === 'auto' ? [product] : []))
    if (stated.length > 0 && automatic.length === 0) {
      return { now, versions: stated, absent: [], missingFolder: undefined }
    }
    const folder = resolve(ctx.baseDir, path)
    const ofFolder = await versionsOfFolder(folder, ctx)
    const found = [...(await versionsOfHost(ctx)), ...(ofFolder ?? [])].filter(
      ({ product }) => automatic.length === 0 || automatic.includes(product),
    )
    const absent = automatic.filter((wanted) => !found.some(({ product }) => product === wanted))
    return { now, versions: [...stated, ...found], absent, missingFolder: ofFolder === undefined ? folder : undefined }
  },
  judge: ({ now, versions, absent, missingFolder }, { warnWithin }) => {
    const today = Date.parse(now)
    if (today - Date.parse(checkedOn) > maxEndOfLifeTableAgeMs) {
      return { status: 'error', reason: oldTable({ at: checkedOn }), remedy: update({}) }
    }
    if (missingFolder !== undefined) return { status: 'error', reason: noFolder({ path: missingFolder }) }
    const all = namedOnce(versions)
    const findings = all.flatMap((one) => findingOf(one, today, warnWithin) ?? [])
    const unknowns = all.filter(isUnknown)
    const blind = [...unknowns.map(unknownFinding), ...absent.map(absentFinding)]
    const [first] = findings.toSorted((a, b) => rank(a) - rank(b))
    const [firstBlind] = blind
    if (first === undefined && firstBlind !== undefined) {
      return { status: 'error', reason: firstBlind.title, ...(firstBlind.remedy && { remedy: firstBlind.remedy }) }
    }
    const known = all.length - unknowns.length
    if (first === undefined) return { status: 'pass', saw: known, reason: supported({ versions: all.map(shown) }) }
    return {
      // What has ended is said even where another version is not known, which is then said as well.
      status: statusOf(findings),
      saw: known,
      findings: [...findings, ...blind],
      ...(blind.length > 0 && { covers: subjectsKnown(all, absent) }),
      reason: first.title,
      ...(first.remedy && { remedy: first.remedy }),
    }
  },
})

function namedOnce(versions: readonly FoundVersion[]): readonly Named[] {
  const bySubject = Map.groupBy(versions, ({ product, version }) => `${product} ${version}`)
  return [...bySubject.values()].flatMap(([one, ...others]) => {
    if (one === undefined) return []
    const sources = [...new Set([one, ...others].map(({ source }) => source))]
    return [{ product: one.product, version: one.version, sources }]
  })
}

function findingOf({ product, version, sources }: Named, today: number, warnWithin: number): FindingDraft | undefined {
  const dates = endOfLife[product][version]
  if (dates === undefined) return undefined
  const last = dates.longTermEnd ?? dates.end
  const subject = `${product} ${version}`
  const texts = { product, version, sources, at: last }
  const remedy = upgrade({ product, to: newest(product) })
  if (Date.parse(last) <= today) return { subject, severity: 'high', title: ended(texts), remedy }
  if (Date.parse(last) - today <= warnWithin) return { subject, severity: 'medium', title: endsSoon(texts), remedy }
  if (Date.parse(dates.end) <= today) return { subject, severity: 'low', title: longTerm(texts), remedy }
  return undefined
}

function isUnknown({ product, version }: Named): boolean {
  return endOfLife[product][version] === undefined
}

function unknownFinding({ product, version, sources }: Named): FindingDraft {
  const title = unknown({ product, version, sources })
  return { subject: `${product} ${version}`, severity: 'low', title, remedy: stateIt({ product }) }
}

function absentFinding(product: Product): FindingDraft {
  return { subject: product, severity: 'low', title: notFound({ product }), remedy: stateIt({ product }) }
}

/** Findings of a product whose version is not known now are not closed. */
function subjectsKnown(all: readonly Named[], absent: readonly Product[]): readonly string[] {
  const blind = new Set([...absent, ...all.filter(isUnknown).map(({ product }) => product)])
  return products.flatMap((product) =>
    blind.has(product) ? [] : Object.keys(endOfLife[product]).map((version) => `${product} ${version}`),
  )
}

const shown = ({ product, version }: Named) => ({ product, version })

function rank({ severity }: FindingDraft): number {
  return ['high', 'medium', 'low'].indexOf(severity)
}

/** The version with the farthest end. */
function newest(product: Product): string {
  const sorted = Object.entries(endOfLife[product]).toSorted(([, a], [, b]) => b.end.localeCompare(a.end))
  return sorted[0]?.[0] ?? ''
}
