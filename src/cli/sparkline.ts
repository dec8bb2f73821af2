const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** The numbers as a line of blocks from the lowest to the highest, at most `width` of them. */
export function sparkline(numbers: readonly number[], width: number): string {
  const columns = Math.min(width, numbers.length)
  const means = Array.from({ length: columns }, (_, column) => {
    const [from, to] = [column, column + 1].map((one) => Math.floor((one * numbers.length) / columns))
    const some = numbers.slice(from, to)
    return some.reduce((sum, one) => sum + one, 0) / some.length
  })
  const [low, high] = means.reduce(
    ([least, most], one) => [Math.min(least, one), Math.max(most, one)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  return means.map((one) => blocks[high === low ? 0 : Math.round(((one - low) / (high - low)) * 7)] ?? '').join('')
}
