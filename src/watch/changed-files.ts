import { stat } from 'node:fs/promises'

/** Whether files are other than at the last look: by time and size. One that is gone, or came, is a change too. */
export interface ChangedFiles {
  look(): Promise<boolean>
}

/** @param files asked for at each look: what a config imports may change with it */
export function createChangedFiles(files: () => readonly string[]): ChangedFiles {
  let before: string | undefined
  return {
    look: async () => {
      const marks = await Promise.all([...files()].toSorted().map(mark))
      const now = marks.join('\n')
      const isChanged = before !== undefined && before !== now
      before = now
      return isChanged
    },
  }
}

/** One that cannot be looked at is as one that is not there: who reads it is told why. */
async function mark(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  return found === undefined ? `${file} -` : `${file} ${found.mtimeMs} ${found.size} ${found.ino}`
}
