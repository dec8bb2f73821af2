import type { ConfigFacts, FileFacts } from './config-facts.ts'

/** What became of one file: names of what is in it, never a value. */
export type FileDiff = {
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
  /** Of a file that is compared by lines. */
  readonly addedLines: number
  readonly removedLines: number
  readonly isModeChanged: boolean
}

/** Undefined when they were digested with different keys, so that nothing can be said. */
export function diffOf(before: ConfigFacts, after: ConfigFacts): readonly FileDiff[] | undefined {
  if (before.key !== after.key) return undefined
  const was = new Map(before.files.map((file) => [file.path, file]))
  const is = new Map(after.files.map((file) => [file.path, file]))
  return [...new Set([...was.keys(), ...is.keys()])]
    .toSorted()
    .flatMap((path) => fileDiff(path, was.get(path), is.get(path)))
}

function fileDiff(path: string, was: FileFacts | undefined, is: FileFacts | undefined): readonly FileDiff[] {
  const nothing = { added: [], removed: [], changed: [], addedLines: 0, removedLines: 0, isModeChanged: false }
  if (was === undefined || is === undefined) {
    return [{ path, change: was === undefined ? 'added' : 'removed', ...nothing }]
  }
  const isModeChanged = was.mode !== is.mode
  if (was.content === is.content) return isModeChanged ? [{ path, change: 'changed', ...nothing, isModeChanged }] : []
  // A file that could be read by names once, and cannot now, has changed as a whole.
  const byNames = was.form === is.form && is.form !== 'lines'
  const byLines = was.form === 'lines' && is.form === 'lines'
  const names = byNames ? namesOf(was.values, is.values) : {}
  const lines = byLines ? linesOf(was.lines, is.lines) : {}
  return [{ path, change: 'changed', ...nothing, isModeChanged, ...names, ...lines }]
}

function namesOf(was: FileFacts['values'], is: FileFacts['values']): Pick<FileDiff, 'added' | 'removed' | 'changed'> {
  return {
    added: Object.keys(is).filter((name) => !Object.hasOwn(was, name)),
    removed: Object.keys(was).filter((name) => !Object.hasOwn(is, name)),
    changed: Object.keys(is).filter((name) => Object.hasOwn(was, name) && was[name] !== is[name]),
  }
}

/** How many lines of each are not in the other, wherever they stand. */
function linesOf(was: readonly string[], is: readonly string[]): Pick<FileDiff, 'addedLines' | 'removedLines'> {
  return { addedLines: surplus(is, was), removedLines: surplus(was, is) }
}

function surplus(lines: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  }).length
}
