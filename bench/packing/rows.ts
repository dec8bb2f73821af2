import { randomFrom } from '../../test/support/random-from.ts'

const updated = 2000
const added = 5000
const rowsInPiece = 2000

/** The table of pgbench as COPY writes it, its balances filled in. The second day has some rows at its end, as updates put them. */
export async function* rowsOfDay(count: number, day: number): AsyncGenerator<Buffer> {
  const random = randomFrom(day)
  const moved = new Set(day === 0 ? [] : Array.from({ length: updated }, () => 1 + Math.floor(random() * count)))
  const last = [...moved]
    .map((id) => rowOf(id, day))
    .concat(Array.from({ length: day === 0 ? 0 : added }, (_, index) => rowOf(count + 1 + index, 0)))
  for (let id = 1; id <= count; id += rowsInPiece) {
    let piece = ''
    for (let one = id; one < Math.min(count + 1, id + rowsInPiece); one++) if (!moved.has(one)) piece += rowOf(one, 0)
    yield Buffer.from(piece)
  }
  yield Buffer.from(last.join(''))
}

function rowOf(id: number, day: number): string {
  const balance = Math.imul(id + day, 0x9e3779b9) >> 8
  const filler = (Math.imul(id + day, 0x85ebca6b) >>> 0).toString(36).padEnd(84)
  return `${id}\t${1 + Math.floor(id / 100_000)}\t${balance}\t${filler}\n`
}
