import { usualSizes } from '../../src/backups/packing/cutter.ts'
import { packPart } from '../../src/backups/packing/pack-part.ts'
import { unpackPart } from '../../src/backups/packing/unpack-part.ts'
import { packingWorld, rowsOf } from './packing.ts'
import { randomFrom } from './random-from.ts'

/** Packs and unpacks a part of 300 MB twice, the second time as a difference, with the sizes that products use. */
const pieces = 4800
const pieceBytes = 65_536
const world = await packingWorld()
const block = Buffer.from(rowsOf(randomFrom(71), 20_000).join(''))
const options = { ...world.options, sizes: usualSizes }
const full = await packPart(dump(0), { ...options, folder: 'full' })
const base = { backup: 'full', part: full }
const day = await packPart(dump(7), { ...options, folder: 'day', base })
const { ctx, repository, scratch } = world
let bytes = 0
for await (const piece of unpackPart(day, { ctx, repository, scratch, identities: [], base: full }))
  bytes += piece.length
console.log(JSON.stringify({ isDifference: day.base === 'full', bytes }))
await world.close()

/** What compresses well, since the place is in memory. Each piece is a new one, as those of a pipe are. */
async function* dump(changed: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < pieces; index++) {
    const piece = Buffer.from(block.subarray((index % 3) * pieceBytes, ((index % 3) + 1) * pieceBytes))
    piece.write(`row ${index} ${index % 500 === changed ? 'changed' : ''}\n`, index % 1000)
    yield piece
  }
}
