import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import fc from 'fast-check'
import {
  changedRows,
  gathered,
  inPieces,
  type PackingWorld,
  packingWorld,
  rowsOf,
} from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import type { Text } from '../../core/message.ts'
import { packPart } from './pack-part.ts'
import { objectsOf, storedBytesOf } from './packed-part.ts'
import { openShelf, type ReferenceShelf } from './reference-shelf.ts'
import { sealed, unsealed } from './sealed-file.ts'
import { unpackPart } from './unpack-part.ts'

const random = randomFrom(53)
const rows = rowsOf(random, 3000)
const monday = Buffer.from(rows.join(''))
const tuesday = Buffer.from(changedRows(random, rows, 15).join(''))

let world: PackingWorld
let shelf: ReferenceShelf
let folder: string

before(async () => {
  world = await packingWorld()
  shelf = openShelf(world.ctx, 'nightly')
  folder = join(world.ctx.dataDir, 'references')
})
after(() => world?.close())

async function files(): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.includes('/')).map((name) => join(folder, name))
}

test('a full part is kept on this machine sealed, and differences ask the repository for nothing of it', async () => {
  const full = await packPart(inPieces(monday), { ...world.options, folder: 'f', shelf })
  await shelf.keepOnly(objectsOf(full).map(({ path }) => path))
  assert.equal((await files()).length, full.segments.length)
  for (const file of await files())
    for (const bytes of world.repository.objects.values())
      assert.ok(!(await readFile(file)).includes(bytes.subarray(20, 60)))
  const remote = { ...world.repository, get: () => assert.fail('an object was fetched') }
  const base = { backup: 'f', part: full }
  const day = await packPart(inPieces(tuesday), { ...world.options, repository: remote, folder: 'd', shelf, base })
  assert.ok(storedBytesOf(day) * 5 < storedBytesOf(full))
  const { ctx, repository, scratch } = world
  const back = await gathered(unpackPart(day, { ctx, repository, scratch, identities: [], base: full }))
  assert.ok(back.equals(tuesday))
  assert.equal((await files()).length, full.segments.length)
})

test('what is damaged on the shelf is stored again, what is gone makes a whole copy, and both are told', async () => {
  const full = await packPart(inPieces(monday), { ...world.options, folder: 'g', shelf })
  await shelf.keepOnly(objectsOf(full).map(({ path }) => path))
  const base = { backup: 'g', part: full }
  for (const file of await files()) await writeFile(file, (await readFile(file)).reverse())
  const notes: Text[] = []
  const note = (one: Text): void => void notes.push(one)
  const damaged = await packPart(inPieces(tuesday), { ...world.options, folder: 'h', shelf, base, note })
  assert.ok(notes.length > 0 && notes.every(({ code }) => code === 'backups.reference-unusable'))
  notes.length = 0
  await shelf.keepOnly(objectsOf(full).map(({ path }) => path))
  for (const file of (await files()).slice(0, 1)) await rm(file)
  const gone = await packPart(inPieces(tuesday), { ...world.options, folder: 'i', shelf, base, note })
  assert.deepEqual([gone.base, notes.map(({ code }) => code)], [null, ['backups.whole-reference-gone']])
  const { ctx, repository, scratch } = world
  for (const part of [damaged, gone])
    assert.ok(
      (await gathered(unpackPart(part, { ctx, repository, scratch, identities: [], base: full }))).equals(tuesday),
    )
})

test('a shelf that cannot be written fails no backup, and is told', async () => {
  const notes: Text[] = []
  await rm(folder, { recursive: true, force: true })
  await writeFile(folder, 'in the way')
  const options = { ...world.options, folder: 'j', shelf, note: (one: Text) => void notes.push(one) }
  const part = await packPart(inPieces(monday), options)
  const { ctx, repository, scratch } = world
  assert.ok((await gathered(unpackPart(part, { ctx, repository, scratch, identities: [] }))).equals(monday))
  assert.deepEqual(
    notes.map(({ code }) => code),
    ['backups.reference-not-kept'],
  )
  await rm(folder)
})

test('a sealed file gives what was sealed, and nothing when any byte of it is another, or its end is missing', async () => {
  const file = join(world.scratch, 'sealed')
  const content = Buffer.alloc(2_200_000).map(() => random() * 256)
  for (const length of [0, 1, 2 ** 20, content.length]) {
    const whole = await gathered(sealed(inPieces(content.subarray(0, length), 70_000), 'secret', 'name'))
    await writeFile(file, whole)
    assert.ok((await gathered(unsealed(file, 'secret', 'name'))).equals(content.subarray(0, length)))
    for (const [secret, name] of [
      ['other', 'name'],
      ['secret', 'other'],
    ] as const)
      await assert.rejects(gathered(unsealed(file, secret, name)))
    for (const end of [0, 15, 16, 31, 2 ** 20 + 32, whole.length - 1]) {
      if (end >= whole.length) continue
      await writeFile(file, whole.subarray(0, end))
      await assert.rejects(gathered(unsealed(file, 'secret', 'name')), `cut at ${end} of ${whole.length}`)
    }
    const places = fc.integer({ min: 0, max: whole.length - 1 })
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const other = Buffer.from(whole)
        other.writeUInt8(other.readUInt8(at) ^ change, at)
        await writeFile(file, other)
        await assert.rejects(gathered(unsealed(file, 'secret', 'name')))
      }),
      { numRuns: 8 },
    )
  }
  await rm(file)
})
