import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { VigieError } from '../../../core/errors.ts'
import { readRows } from './archive-rows.ts'
import { type Archive, readToc } from './archive-toc.ts'
import { PieceReader } from './piece-reader.ts'

type Table = { readonly name: string; readonly rows: readonly string[] }

/** An archive as pg_dump -Fc -Z0 writes it into a pipe, with one entry for each table and one for its rows. */
function archiveBytes(tables: readonly Table[], format = 116): Buffer {
  const parts: Buffer[] = []
  const byte = (value: number): void => void parts.push(Buffer.from([value]))
  const int = (value: number): void => {
    const bytes = Buffer.alloc(5)
    bytes[0] = value < 0 ? 1 : 0
    bytes.writeUInt32LE(Math.abs(value), 1)
    parts.push(bytes)
  }
  const text = (value: string | undefined): void => {
    if (value === undefined) {
      int(-1)
      return
    }
    const bytes = Buffer.from(value)
    int(bytes.length)
    parts.push(bytes)
  }
  parts.push(Buffer.from('PGDMP'))
  for (const value of [1, format % 100, 0, 4, 8, 1]) byte(value)
  if (format >= 115) byte(0)
  else int(0)
  for (let part = 0; part < 7; part++) int(part)
  for (const value of ['shop', '18.1', '18.1']) text(value)
  int(tables.length * 2)
  tables.forEach(({ name }, place) => {
    for (const isRows of [false, true]) {
      int(place * 2 + (isRows ? 2 : 1))
      int(isRows ? 1 : 0)
      for (const value of ['1259', '16384', name, isRows ? 'TABLE DATA' : 'TABLE']) text(value)
      int(isRows ? 3 : 2)
      for (const value of [isRows ? '' : `CREATE TABLE ${name} ();\n`, '', isRows ? 'COPY' : '', 'public', '', 'heap'])
        text(value)
      if (format >= 116) int(0)
      text('shop')
      text('false')
      if (isRows) text(String(place * 2 + 1))
      text(undefined)
      byte(1)
      parts.push(Buffer.alloc(8))
    }
  })
  tables.forEach(({ rows }, place) => {
    byte(1)
    int(place * 2 + 2)
    for (const row of [...rows, '\\.\n\n\n']) text(row)
    int(0)
    // Large objects stand between the rows of tables: one of one byte, then the end of them.
    byte(3)
    int(9999)
    for (const value of [1, 1]) int(value)
    byte(7)
    int(0)
    int(0)
  })
  return Buffer.concat(parts)
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function readAll(
  bytes: Buffer,
  size: number,
  wanted: (archive: Archive) => readonly number[],
): Promise<{ archive: Archive; rows: ReadonlyMap<number, string> }> {
  const reader = new PieceReader(inPieces(bytes, size))
  const archive = await readToc(reader)
  const rows = new Map<number, string>()
  await readRows(reader, new Set(wanted(archive)), async (id, pieces) => {
    const all: Uint8Array[] = []
    for await (const piece of pieces) all.push(Buffer.from(piece))
    rows.set(id, Buffer.concat(all).toString('utf8'))
  })
  return { archive, rows }
}

const table = fc.record({
  name: fc.string({ unit: 'binary', maxLength: 12 }),
  rows: fc.array(
    fc.string({ minLength: 1, maxLength: 400 }).map((text) => `${text}\n`),
    { maxLength: 30 },
  ),
})

describe('a dump read without pg_restore', () => {
  it('gives every entry and every row, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(table, { maxLength: 4 }),
        fc.integer({ min: 1, max: 700 }),
        fc.constantFrom(114, 115, 116),
        async (tables, size, format) => {
          const { archive, rows } = await readAll(archiveBytes(tables, format), size, ({ entries }) =>
            entries.filter(({ kind }) => kind === 'TABLE DATA').map(({ id }) => id),
          )
          assert.equal(archive.entries.length, tables.length * 2)
          tables.forEach(({ name, rows: own }, place) => {
            assert.equal(archive.entries[place * 2]?.tag, name)
            assert.deepEqual(archive.entries[place * 2 + 1]?.needs, [place * 2 + 1])
            assert.equal(rows.get(place * 2 + 2), `${own.join('')}\\.\n\n\n`)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('says so of whatever was cut or changed, and never ends well with other rows', async () => {
    const tables = [
      { name: 'a', rows: ['1\n', '2\n'] },
      { name: 'b', rows: ['3\n', '4\n'] },
    ]
    const whole = archiveBytes(tables)
    const wanted = (): readonly number[] => [4]
    const right = (await readAll(whole, 100, wanted)).rows.get(4)
    for (let length = 0; length < whole.length - 40; length++)
      await assert.rejects(readAll(whole.subarray(0, length), 64, wanted), VigieError, `cut at ${length}`)
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 0x80
      await readAll(changed, 4096, wanted).then(
        // One in a name, a time or a row is for the checksum of the stored piece to find.
        ({ rows }) => assert.equal(rows.get(4)?.length, right?.length),
        (error: unknown) => assert.ok(error instanceof VigieError, String(error)),
      )
    }
  })

  it('refuses what is no dump of ours, each by its own reason', async () => {
    const with_ = (at: number, value: number): Buffer => {
      const bytes = archiveBytes([])
      bytes[at] = value
      return bytes
    }
    for (const [bytes, why] of [
      [Buffer.from('-- PostgreSQL database dump'), 'no-archive'],
      [with_(10, 3), 'no-archive'],
      [with_(6, 99), 'format'],
      [with_(11, 1), 'compressed'],
    ] as const)
      await assert.rejects(
        readAll(bytes, 10, () => []),
        (error) => error instanceof VigieError && error.text.params['why'] === why && error.hint !== undefined,
        why,
      )
  })
})
