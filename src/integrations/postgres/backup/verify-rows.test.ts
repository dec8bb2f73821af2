import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BackupError } from '../../../core/backup.ts'
import { PieceReader } from '../restore/piece-reader.ts'
import { copiedRow } from './copied-row.ts'
import { readAllRows } from './verify-rows.ts'

const end = '\\.\n\n\n'

function int(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt32LE(value, 1)
  return bytes
}
const chunk = (text: string): Buffer => Buffer.concat([int(Buffer.byteLength(text)), Buffer.from(text)])
/** The rows of one table as pg_dump writes them: each a chunk of its own. */
const block = (id: number, rows: readonly string[]): Buffer =>
  Buffer.concat([Buffer.from([1]), int(id), ...rows.map((row) => chunk(`${row}\n`)), chunk(end), int(0)])
/** So many large objects of two bytes. */
const objects = (id: number, count: number): Buffer =>
  Buffer.concat([
    Buffer.from([3]),
    int(id),
    ...Array.from({ length: count }, (_, at) => Buffer.concat([int(at + 1), chunk('xy'), int(0)])),
    int(0),
  ])

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = (bytes: Buffer, known: readonly number[], { size = 20, pieces = 1000, random = Math.random } = {}) =>
  readAllRows(new PieceReader(inPieces(bytes, pieces)), new Set(known), new Set(known), { size, random })
const failureOf = async (bytes: Buffer, known: readonly number[]): Promise<string> =>
  read(bytes, known).then(
    () => 'none',
    (error: unknown) => (error instanceof BackupError ? error.failure : String(error)),
  )

// What COPY gives has no line end within a row.
const row = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `1\t${text.replaceAll('\n', '\\n')}`)

describe('the rows of a dump, read to their end', () => {
  it('are counted, and some of them taken as they are, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { maxLength: 60 }), { maxLength: 4 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 300 }),
        async (tables, large, pieces) => {
          const bytes = Buffer.concat([
            ...tables.map((rows, place) => block(place + 1, rows)),
            ...(large > 0 ? [objects(99, large)] : []),
          ])
          const ids = tables.map((_, place) => place + 1)
          const { rows, samples, largeObjects } = await read(bytes, ids, { pieces })
          assert.equal(largeObjects, large)
          tables.forEach((own, place) => {
            assert.equal(rows.get(place + 1), own.length)
            const taken = (samples.get(place + 1) ?? []).map(String)
            for (const one of taken) assert.ok(own.includes(one))
            assert.equal(taken.length, Math.min(20, own.length))
            if (own.length <= 20) assert.deepEqual(taken, own)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are taken from all over a table', async () => {
    const rows = Array.from({ length: 900 }, (_, at) => String(at))
    const seen: number[] = []
    for (let look = 0; look < 40; look++)
      seen.push(...((await read(block(1, rows), [1])).samples.get(1) ?? []).map(Number))
    for (const third of [0, 300, 600]) {
      const share = seen.filter((at) => at >= third && at < third + 300).length / seen.length
      // 800 draws: a third each, and six deviations of a draw.
      assert.ok(share > 0.23 && share < 0.44, `${third}: ${share}`)
    }
  })

  it('are no sample when one is too long to be held', async () => {
    const { rows, samples } = await read(block(1, ['a', 'x'.repeat(100_000), 'b']), [1])
    assert.equal(rows.get(1), 3)
    assert.deepEqual((samples.get(1) ?? []).filter((line) => line !== undefined).map(String), ['a', 'b'])
  })

  it('are refused where they are cut, of nothing that is known, twice there, or without their end', async () => {
    const whole = block(1, ['a', 'b'])
    assert.equal(await failureOf(whole, [1]), 'none')
    for (let length = 0; length < whole.length; length++)
      assert.match(await failureOf(whole.subarray(0, length), [1]), /^(?:truncated|checksum)$/, `${length}`)
    assert.equal(await failureOf(whole, [1, 2]), 'truncated')
    assert.equal(await failureOf(whole, [2]), 'checksum')
    assert.equal(await failureOf(Buffer.concat([whole, whole]), [1]), 'checksum')
    assert.equal(await failureOf(Buffer.concat([whole, Buffer.from('and more')]), [1]), 'checksum')
    const open = Buffer.concat([Buffer.from([1]), int(1), chunk('a\n'), int(0)])
    assert.equal(await failureOf(open, [1]), 'checksum')
  })
})

describe('a row as COPY writes it', () => {
  it('gives its values, whatever is in them', () => {
    const escaped = (value: string | null): string =>
      value === null
        ? '\\N'
        : value.replace(
            /[\\\n\r\t\b\f\v]/g,
            (one) => `\\${{ '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f', '\v': 'v' }[one] ?? one}`,
          )
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 6 }), (values) => {
        assert.deepEqual(copiedRow(Buffer.from(values.map(escaped).join('\t'))), values)
      }),
    )
    assert.equal(copiedRow(Buffer.from([0xe9, 0x09])), undefined)
  })
})
