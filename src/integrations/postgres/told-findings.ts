import { message } from '../../core/message.ts'
import type { FindingDraft } from '../../core/verdict.ts'
import { severities } from '../../core/words.ts'

/** More of one check at once nobody reads: what is wrong in each of 20,000 tables is one thing to put right. */
export const toldAtMost = 50
/** Of no table or index: their subjects name a schema. */
const moreSubject = 'more'

const rest = message<{ count: number }>('postgres.more-findings', {
  en: (p, f) =>
    `and ${f.plural(p.count, { one: '1 more of this kind', other: `${f.number(p.count, 0)} more of this kind` })}`,
  fr: (p, f) =>
    `et ${f.plural(p.count, { one: '1 autre du même genre', other: `${f.number(p.count, 0)} autres du même genre` })}`,
})
const putRight = message('postgres.more-findings-remedy', {
  en: () => 'Put those right that are named: the next look names the following ones',
  fr: () => 'Corrigez ceux qui sont nommés : le prochain contrôle nommera les suivants',
})
export const toldTexts = [rest, putRight]

export interface Told {
  readonly findings: readonly FindingDraft[]
  readonly covers?: readonly string[]
}

/**
 * The gravest findings one by one, and one that counts the others, as grave as the worst of these. Of what is not told an
 * earlier finding is still true, so it is not covered. `seen`: the subjects of which this look could tell, when not all.
 */
export function toldOf(
  all: readonly FindingDraft[],
  looked: readonly string[],
  seen: readonly string[] | undefined = undefined,
): Told {
  if (all.length <= toldAtMost) return { findings: all, ...(seen && { covers: seen }) }
  const grave = ({ severity }: FindingDraft): number => severities.indexOf(severity)
  const sorted = all.toSorted((a, b) => grave(b) - grave(a))
  const [told, others] = [sorted.slice(0, toldAtMost), sorted.slice(toldAtMost)]
  const untold = new Set(others.map(({ subject }) => subject))
  const [worst] = others
  const more = { subject: moreSubject, title: rest({ count: others.length }), remedy: putRight({}) }
  return {
    findings: [...told, { ...more, severity: worst?.severity ?? 'low' }],
    covers: [...(seen ?? looked).filter((subject) => !untold.has(subject)), moreSubject],
  }
}
