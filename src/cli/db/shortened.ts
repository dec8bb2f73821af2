/** A name within so many columns: its middle goes, since names differ at their ends as often as at their beginnings. */
export function shortened(name: string, width: number): string {
  const letters = [...name]
  if (letters.length <= width) return name
  const tail = Math.floor((width - 1) / 2)
  return `${letters.slice(0, width - 1 - tail).join('')}…${letters.slice(-tail).join('')}`
}
