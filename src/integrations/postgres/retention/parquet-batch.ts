import { ParquetError, type ParquetProcess, type TextColumns } from '../../../platform/parquet-process.ts'
import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { ReferenceBudget } from './batch-references.ts'
import type { Condition } from './condition.ts'
import type { Batch, Cursor } from './move-batch.ts'
import type { FileColumn } from './parquet-columns.ts'
import { dropFile, keepFile, pendingFile } from './parquet-folder.ts'
import { deleteHeld } from './parquet-rows.ts'
import { refuseRule } from './refusal.ts'
import { columnList } from './row-text.ts'
import type { Subject } from './subject.ts'

export interface ParquetWay {
  readonly folder: string
  readonly columns: readonly FileColumn[]
  readonly process: ParquetProcess
}

type Taken = {
  readonly key: readonly string[]
  readonly place: readonly string[]
  readonly day: string
  readonly values: readonly (string | null)[]
}

/**
 * Takes the next rows, writes them into files of their days, reads these back, and deletes the rows that are in the table
 * as they are in the files: one transaction. A file has its own name only when that is over.
 */
export async function exportBatch(
  session: Acting,
  subject: Subject,
  condition: Condition,
  { folder, columns, process }: ParquetWay,
  { after, limit }: { readonly after: Cursor | undefined; readonly limit: number },
  budget: ReferenceBudget,
): Promise<Batch> {
  const files: string[] = []
  let isCommitting = false
  const refuse = (why: 'mismatch' | 'folder', detail: string): Error =>
    refuseRule({ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why, detail })
  try {
    const { references, ...done } = await session.transaction(async () => {
      const rows = await takeRows(session, subject, condition, columns, { after, limit })
      const references = await budget.prove(
        session,
        subject,
        rows.map((row) => row.key),
      )
      const held: (string | null)[][] = columns.map(() => [])
      for (const [day, own] of Map.groupBy(rows, (row) => row.day)) {
        const file = pendingFile(folder, day, own[0]?.key ?? [], own.at(-1)?.key ?? [])
        files.push(file)
        const values = columns.map((_, index) => own.map((row) => row.values[index] ?? null))
        const back = await write(process, file, columns, values, ({ message, isOfValue }) =>
          refuse(isOfValue ? 'mismatch' : 'folder', message),
        )
        for (const [index, column] of back.entries()) held[index]?.push(...column)
      }
      const gone = rows.length === 0 ? 0 : await deleteHeld(session, subject, columns, held)
      if (gone !== rows.length || (held[0]?.length ?? 0) !== rows.length)
        throw refuse('mismatch', `${gone} / ${rows.length}`)
      isCommitting = true
      return { count: rows.length, last: rows.at(-1)?.place, references }
    })
    budget.take(references)
    for (const file of files) keepFile(file)
    return done
  } catch (error) {
    // Of a commit whose answer never came nobody knows: the rows tell, at the next run.
    if (!isCommitting) for (const file of files) dropFile(file)
    throw error
  }
}

async function takeRows(
  session: Acting,
  { sql, order, key, age }: Subject,
  condition: Condition,
  columns: readonly FileColumn[],
  { after, limit }: { readonly after: Cursor | undefined; readonly limit: number },
): Promise<readonly Taken[]> {
  const list = columnList(order)
  const from = condition.values.length + 1
  const place = order.map(({ type }, index) => `$${from + index}::text::${type}`)
  const beyond = after === undefined ? '' : ` and (${list}) > (${place.join(', ')})`
  const texts = (names: readonly { name: string }[]): string =>
    names.map(({ name }) => `${quoted(name)}::text`).join(', ')
  const { rows } = await session.query<Taken>(
    `select array[${texts(key)}] as key, array[${texts(order)}] as place, ${quoted(age.name)}::date::text as day,
            array[${columns.map(({ toText }) => toText).join(', ')}] as values
     from ${sql} where ${condition.sql}${beyond} order by ${list} limit ${Math.round(limit)} for update skip locked`,
    [...condition.values, ...(after ?? [])],
  )
  return rows
}

async function write(
  process: ParquetProcess,
  file: string,
  columns: readonly FileColumn[],
  values: TextColumns,
  refuse: (error: ParquetError) => Error,
): Promise<TextColumns> {
  try {
    const types = columns.map(({ name, fileType }) => ({ name, type: fileType }))
    return await process.ask({ op: 'write', file, columns: types, values })
  } catch (error) {
    throw error instanceof ParquetError ? refuse(error) : error
  }
}
