export interface ChangedFiles {
  readonly changed: number
  readonly untracked: number
  readonly conflicts: number
  /** The first path, as git names it. */
  readonly example: string | undefined
}

const conflicts = new Set(['DD', 'AU', 'UD', 'UA', 'DU', 'AA', 'UU'])

/** Counts `git status --porcelain=v1 -z`. A rename and a copy have a second field, their old path, which is no entry. */
export function changedFiles(output: string): ChangedFiles {
  const fields = output.split('\0').values()
  const counts = { changed: 0, untracked: 0, conflicts: 0 }
  let example: string | undefined
  for (const field of fields) {
    const state = field.slice(0, 2)
    if (field.length < 4) continue
    example ??= field.slice(3)
    if (state === '??') counts.untracked++
    else if (conflicts.has(state)) counts.conflicts++
    else counts.changed++
    if (/[RC]/.test(state)) fields.next()
  }
  return { ...counts, example }
}
