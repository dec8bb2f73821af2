import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { packPart } from '../../src/backups/packing/pack-part.ts'
import { unpackPart } from '../../src/backups/packing/unpack-part.ts'
import { BackupError } from '../../src/core/backup.ts'
import { changedRows, gathered, inPieces, packingWorld, rowsOf } from './packing.ts'
import { randomFrom } from './random-from.ts'

/**
 * Run with a scratch folder on a file system of its own that is small. Prints, as JSON, what came of packing and of reading a
 * difference there while it fills up, and of one that is begun when it is full.
 */
const [scratch = ''] = process.argv.slice(2)
const world = await packingWorld()
const rows = rowsOf(randomFrom(61), 3000)
const monday = Buffer.from(rows.join(''))
const tuesday = Buffer.from(changedRows(randomFrom(62), rows, 20).join(''))
const base = { backup: 'full', part: await packPart(inPieces(monday), { ...world.options, folder: 'full' }) }
const notes: string[] = []
const options = { ...world.options, scratch, base, note: ({ code }: { code: string }) => void notes.push(code) }
const day = await packPart(inPieces(tuesday), { ...options, folder: 'day' })
const { ctx, repository } = world
const reading = { ctx, repository, scratch, identities: [], base: base.part }

const filling = await failureOf(packPart(fillingUp(tuesday), { ...options, folder: 'filling' }))
fill('somebody-else-again')
const unpacking = await failureOf(gathered(unpackPart(day, reading)))
const whole = await packPart(inPieces(tuesday), { ...options, folder: 'whole' })
console.log(JSON.stringify({ isDifference: day.base, filling, unpacking, whole: whole.base, notes }))
await world.close()

async function* fillingUp(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield* inPieces(bytes.subarray(0, 60_000))
  fill('somebody-else')
  yield* inPieces(bytes.subarray(60_000))
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof BackupError ? error.failure : String(error)),
  )
}

function fill(name: string): void {
  const file = openSync(join(scratch, name), 'w')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch {
    closeSync(file)
  }
}
