import { createReadStream, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { packPart } from '../../src/backups/packing/pack-part.ts'
import { type PackedPart, storedBytesOf } from '../../src/backups/packing/packed-part.ts'
import { unpackPart } from '../../src/backups/packing/unpack-part.ts'
import { openFolder } from '../../src/integrations/folder/open-folder.ts'
import { testContext } from '../../test/support/context.ts'

/** Packs and unpacks the two days into a folder, and writes one line of JSON for each. */
const [dir = '', monday = '', tuesday = ''] = process.argv.slice(2)
const place = join(dir, 'repository')
const scratch = join(dir, 'scratch')
for (const folder of [place, scratch]) mkdirSync(folder)
const ctx = testContext({ timeoutMs: 3_600_000 })
const repository = await openFolder(place)
const options = { ctx, repository, scratch, level: 3, recipients: [] }

const full = await packed('vigie: whole', () => packPart(dump(monday), { ...options, folder: 'shop/full' }))
const base = { backup: 'full', part: full }
const day = await packed('vigie: difference', () => packPart(dump(tuesday), { ...options, folder: 'shop/day', base }))
await packed('vigie: nothing changed', () => packPart(dump(monday), { ...options, folder: 'shop/same', base }))
await unpacked('vigie: read a whole one', monday, full)
await unpacked('vigie: read a difference', tuesday, day)
await ctx.close()
await repository.close()

/** As a program writes it into a pipe. */
function dump(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file, { highWaterMark: 65_536 })
}

async function packed(name: string, work: () => Promise<PackedPart>): Promise<PackedPart> {
  const started = performance.now()
  const part = await work()
  tell(name, started, storedBytesOf(part) / 1e6)
  return part
}

async function unpacked(name: string, file: string, part: PackedPart): Promise<void> {
  const started = performance.now()
  let bytes = 0
  const reading = unpackPart(part, { ctx, repository, scratch, identities: [], base: full })
  for await (const piece of reading) bytes += piece.length
  if (bytes !== statSync(file).size) throw new Error(`${name}: ${bytes} bytes came back`)
  tell(name, started, 0)
}

function tell(name: string, started: number, storedMb: number): void {
  const seconds = (performance.now() - started) / 1000
  const ownMb = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ name, seconds, storedMb, ownMb }))
}
