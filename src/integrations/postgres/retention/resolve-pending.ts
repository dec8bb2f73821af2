import { ParquetError } from '../../../platform/parquet-process.ts'
import type { Acting } from '../acting/acting.ts'
import type { ParquetWay } from './parquet-batch.ts'
import { dropFile, keepFile, nameOf, pendingFiles, removeUnfinished } from './parquet-folder.ts'
import { countHeld, countKeys } from './parquet-rows.ts'
import { refuseRule } from './refusal.ts'
import type { Subject } from './subject.ts'

/**
 * Decides on the files of a run that was killed between a file and the end of its transaction: rows that are all in the
 * table were not deleted, and the file goes; when none is there, not even with other values, they were, and the file stays. Throws `action-refused`
 * when somebody has changed some of them since. Gives how many files there were.
 */
export async function resolvePending(
  session: Acting,
  subject: Subject,
  { folder, columns, process }: ParquetWay,
): Promise<number> {
  removeUnfinished(folder)
  const files = pendingFiles(folder)
  for (const file of files) {
    const refuse = (why: 'left-over' | 'folder', detail: string): Error =>
      refuseRule({ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why, detail })
    const names = columns.map(({ name }) => name)
    const values = await process.ask({ op: 'read', file, columns: names }).catch((error: unknown) => {
      throw error instanceof ParquetError ? refuse('left-over', `${nameOf(file)}: ${error.message}`) : error
    })
    const inFile = values[0]?.length ?? 0
    const inTable = await countHeld(session, subject, columns, values)
    const changed = inTable === 0 ? await countKeys(session, subject, columns, values) : 0
    if (inTable === 0 && changed === 0) keepFile(file)
    else if (inTable === inFile && inFile > 0) dropFile(file)
    else throw refuse('left-over', `${nameOf(file)} (${inTable} / ${inFile})`)
  }
  return files.length
}
