import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BackupError, type StoredPart, type Verified, type VerifyAnswer } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { TarError } from '../../platform/tar/tar-entry.ts'
import { createTarReader } from '../../platform/tar/tar-reader.ts'
import { withRoom } from '../packing/scratch-file.ts'
import { withScratch } from '../scratch.ts'
import { stateFacts, stateFactsSchema } from './state-facts.ts'
import { tarFailed } from './texts.ts'

/** As `tar -C copy .` names them. */
const databaseName = './state.db'
const headName = './audit.head'

/** Reads a copied state to its end, and opens its database: it must be sound, and hold what was counted when it was copied. */
export function verifyState(part: StoredPart, ctx: StepContext): Promise<Verified> {
  return withScratch(ctx, async (scratch) => {
    const file = join(scratch, 'state.db')
    const names = await withRoom(scratch, () => unpackDatabase(part, file))
    const answers = [databaseName, headName].map((name) => told(name, 'there', names.has(name) ? 'there' : 'missing'))
    if (names.has(databaseName)) answers.push(...databaseAnswers(file, stateFactsSchema.parse(part.facts)))
    return { answers, notes: [] }
  })
}

async function unpackDatabase(part: StoredPart, file: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  let isWanted = false
  const target = openSync(file, 'wx', 0o600)
  const reader = createTarReader({
    entry: ({ path }) => {
      isWanted = path === databaseName && !names.has(path)
      if (path === databaseName || path === headName) names.add(path)
    },
    content: (piece, isPadding) => {
      if (isWanted && !isPadding) for (let at = 0; at < piece.length; ) at += writeSync(target, piece, at)
    },
  })
  try {
    for await (const piece of part.read()) reader.push(piece)
    reader.finish()
    return names
  } catch (error) {
    if (!(error instanceof TarError)) throw error
    const failure = error.fault === 'truncated' ? 'truncated' : 'checksum'
    throw new BackupError(failure, tarFailed({ detail: error.message }), { cause: error })
  } finally {
    closeSync(target)
  }
}

function databaseAnswers(file: string, expected: ReturnType<typeof stateFactsSchema.parse>): VerifyAnswer[] {
  let found: ReturnType<typeof stateFacts>
  let damage: string
  try {
    damage = integrityOf(file)
    found = stateFacts(file)
  } catch (error) {
    return [told('database', 'one that opens', error instanceof Error ? error.message : String(error))]
  }
  return [
    told('damage that the database reports', 'ok', damage),
    ...Object.entries(expected.counts).map(([table, count]) =>
      told(`rows ${table}`, String(count), String(found.counts[table] ?? 'none')),
    ),
    told('head of the audit', `${expected.head.seq} ${expected.head.hash}`, `${found.head.seq} ${found.head.hash}`),
  ]
}

function integrityOf(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return String(database.prepare('pragma integrity_check(1)').get()?.['integrity_check'] ?? '')
  } finally {
    database.close()
  }
}

function told(name: string, expected: string, actual: string): VerifyAnswer {
  return { name, status: expected === actual ? 'pass' : 'fail', expected, actual }
}
