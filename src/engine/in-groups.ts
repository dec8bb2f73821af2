import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

/**
 * Writes what is wanted at the same time, or within `lingerMs` of the first, together: a commit that reaches the disk
 * costs far more than the rows in it. Each caller waits until its own item is written, and gets the error of its group
 * when it could not be.
 */
export function inGroups<T>(write: (items: readonly T[]) => Promise<void>, lingerMs = 0): (item: T) => Promise<void> {
  let group: { readonly items: T[]; readonly written: Promise<void> } | undefined
  let before: Promise<unknown> = Promise.resolve()
  return (item) => {
    if (group !== undefined) {
      group.items.push(item)
      return group.written
    }
    const items = [item]
    // Others join until the group before is written and the work at hand is done.
    const written = before
      .then(() => (lingerMs > 0 ? pause(lingerMs) : nextTurn()))
      .then(() => {
        group = undefined
        return write(items)
      })
    // Who waits for this group is told; the next one is written all the same.
    before = written.catch(() => undefined)
    group = { items, written }
    return written
  }
}
