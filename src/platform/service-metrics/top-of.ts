/** What stands for all that are not told apart. */
export const otherName = 'other'

/** Gives each name itself when it is one of the `top` with the highest totals, else `other`. Of equals, by name. */
export function topOf(totals: ReadonlyMap<string, number>, top: number): (name: string) => string {
  const named = [...totals]
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, top)
    .map(([name]) => name)
  const kept = new Set(named)
  return (name) => (kept.has(name) ? name : otherName)
}
