import { message } from '../core/message.ts'
import type { OwnTrouble } from './own-trouble.ts'

/**
 * What the watch may hold. 2,500 checks with their rules take up to 145 MiB (`npm run bench -- watch`); the rest is for a
 * routine and a few requests at a time. Kept by the bounds of what grows: 30,000 points that wait to be written (5 MB),
 * 10,000 series of one look at metrics (1 MB), 20,000 series and 2,000 label sets that rules judge, pages of 1,000 messages,
 * 10,000 alerts of one message.
 */
export const memoryBudgetBytes = 160 * 1024 * 1024

/** From one look to the next. */
export const memoryEveryMs = 30_000
/** Looks in a row before it is told, and before it is over: five minutes. */
const looksToTell = 10

const over = message<{ bytes: number; budget: number }>('watch.memory-over', {
  en: (p, f) =>
    `Vigie itself holds ${f.bytes(p.bytes)} of memory, more than its budget of ${f.bytes(p.budget)}, for 5 minutes`,
  fr: (p, f) =>
    `Vigie elle-même occupe ${f.bytes(p.bytes)} de mémoire, plus que son budget de ${f.bytes(p.budget)}, depuis 5 minutes`,
})
const overRemedy = message('watch.memory-over-remedy', {
  en: () =>
    'A restart loses nothing. If it comes again, look less often or at fewer series (every, maxSeries), or watch some systems in a process of their own',
  fr: () =>
    'Un redémarrage ne perd rien. Si cela revient, contrôlez moins souvent ou moins de séries (every, maxSeries), ou surveillez certains systèmes dans un processus à part',
})
export const memoryBudgetTexts = [over, overRemedy]

export interface MemoryParts {
  residentBytes(): number
  /** Gives back what nobody uses any more. */
  collect(): void
}

/**
 * Looks at the memory of this process. Over the budget it first gives back what it can; gives what is to be told when that
 * has not helped for five minutes, `undefined` when it has kept to its budget for as long, and `unchanged` between.
 */
export function createMemoryBudget({
  residentBytes,
  collect,
}: MemoryParts): () => OwnTrouble | undefined | 'unchanged' {
  let looksOver = 0
  let looksWithin = 0
  return () => {
    // A collection stops everything for a moment: one at the first look over it, and one before it is told.
    if (residentBytes() > memoryBudgetBytes && (looksOver === 0 || looksOver === looksToTell - 1)) collect()
    const bytes = residentBytes()
    const isOver = bytes > memoryBudgetBytes
    looksOver = isOver ? looksOver + 1 : 0
    looksWithin = isOver ? 0 : looksWithin + 1
    if (looksOver === looksToTell) {
      return { severity: 'medium', title: over({ bytes, budget: memoryBudgetBytes }), remedy: overRemedy({}) }
    }
    return looksWithin === looksToTell ? undefined : 'unchanged'
  }
}
