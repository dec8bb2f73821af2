/** The quantile of what a histogram counted between two pages of metrics: the upper bound of the bucket that it is in. */
export function quantileBetween(before: string, after: string, name: string, quantile: number): number {
  const [first, last] = [bucketsOf(before, name), bucketsOf(after, name)]
  const counts = [...last].map(([bound, count]) => ({ bound, count: count - (first.get(bound) ?? 0) }))
  const all = counts.at(-1)?.count ?? 0
  return counts.find(({ count }) => count >= all * quantile)?.bound ?? Number.NaN
}

function bucketsOf(page: string, name: string): ReadonlyMap<number, number> {
  const rows = page.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\d+)`, 'gm'))
  return new Map([...rows].map(([, bound, count]) => [bound === '+Inf' ? Infinity : Number(bound), Number(count)]))
}
