import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../../core/field-of.ts'
import type { SeriesClass } from '../../core/series.ts'
import { type FileSpan, fileSpan, type Tier, tierFolder } from './layout.ts'

export interface HistoryFile extends FileSpan {
  readonly path: string
}

/** The files of a class, oldest first; none where there is no folder yet. */
export function historyFiles(root: string, one: SeriesClass, tier: Tier): readonly HistoryFile[] {
  const folder = tierFolder(root, one, tier)
  return namesIn(folder)
    .flatMap((name) => {
      const span = fileSpan(tier, name)
      return span === undefined ? [] : [{ path: join(folder, name), ...span }]
    })
    .toSorted((a, b) => a.since - b.since)
}

export function removeFile({ path }: HistoryFile): void {
  rmSync(path, { force: true })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
