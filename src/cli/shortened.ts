/** A name within so many columns: its middle goes, since names differ at their ends as often as at their beginnings. */
export function shortened(name: string, width: number): string {
  const letters = [...name]
  if (letters.length <= width) return name
  const tail = Math.floor((width - 1) / 2)
  return `${letters.slice(0, width - 1 - tail).join('')}…${letters.slice(-tail).join('')}`
}

/** Names within so many columns, and no two different ones alike: those that would be are numbered. */
export function shortenedApart(names: readonly string[], width: number): readonly string[] {
  const different = [...new Set(names)]
  const alike = Map.groupBy(different, (name) => shortened(name, width))
  const shown = new Map(
    different
      .filter((name) => alike.get(shortened(name, width))?.length === 1)
      .map((name) => [name, shortened(name, width)]),
  )
  const taken = new Set(shown.values())
  for (const name of different) {
    if (shown.has(name)) continue
    const told = numbered(name, width, taken)
    shown.set(name, told)
    taken.add(told)
  }
  return names.map((name) => shown.get(name) ?? name)
}

function numbered(name: string, width: number, taken: ReadonlySet<string>): string {
  // It ends: there are fewer names than numbers.
  for (let number = 1; ; number++) {
    const sign = `~${number}`
    const told = `${shortened(name, width - sign.length)}${sign}`
    if (!taken.has(told)) return told
  }
}
