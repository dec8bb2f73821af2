import { BackupError } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { archiveNotOurs, archiveNotOursRemedy } from './archive-texts.ts'
import type { PieceReader } from './piece-reader.ts'

/** One thing in a dump, as pg_dump wrote it down. */
export interface ArchiveEntry {
  readonly id: number
  /** `TABLE`, `INDEX`, `FK CONSTRAINT`, `TABLE DATA`, … */
  readonly kind: string
  /** Its name; with that of its table before it where it belongs to one: `policies policies_pkey`. */
  readonly tag: string
  /** As pg_dump --section has it; `none` is done last. */
  readonly section: 'none' | 'pre-data' | 'data' | 'post-data'
  readonly schema: string
  readonly owner: string
  readonly tablespace: string
  /** How a table is kept: `heap`. */
  readonly method: string
  /** The statements that make it; names in them are with their schemas. */
  readonly make: string
  /** `DROP TABLE public.policies;` */
  readonly drop: string
  /** `COPY public.policies (id, name) FROM stdin;` */
  readonly copy: string
  /** Something of it stands behind the table of contents: rows, or large objects. */
  readonly hasData: boolean
  /** Ids of the entries that must be there before it. */
  readonly needs: readonly number[]
}

export interface Archive {
  /** 1.14, 1.15, … as 114, 115. */
  readonly format: number
  /** What the server called itself: `15.8 (Debian 15.8-0+deb12u1)`. */
  readonly serverVersion: string
  readonly programVersion: string
  /** `UTF8`. */
  readonly encoding: string
  readonly entries: readonly ArchiveEntry[]
}

/**
 * What the formats of pg_dump -Fc are, since version 12 of PostgreSQL: src/bin/pg_dump/pg_backup_archiver.c (ReadHead, ReadToc)
 * and pg_backup_custom.c. 1.15 came with 16 (the kind of compression), 1.16 with 17 (the kind of a relation).
 */
const oldestFormat = 114
const newestFormat = 116
const customFormat = 1
/** From 1 on: teSection. */
const sections = [undefined, 'none', 'pre-data', 'data', 'post-data'] as const
const intBytes = 4
const offsetBytes = 8
/** A name, or the statement of one thing; a function of a megabyte exists, one of a hundred does not. */
const longestText = 268_435_456
const mostEntries = 50_000_000

/** Reads the table of contents, and leaves the reader where the data begins. */
export async function readToc(reader: PieceReader): Promise<Archive> {
  await reader.need(11)
  const head = reader.take(11)
  const format = (head[5] ?? 0) * 100 + (head[6] ?? 0)
  const known = head.subarray(0, 5).toString('latin1') === 'PGDMP' && head[10] === customFormat
  if (!known) throw notOurs('no-archive', '')
  if (format < oldestFormat || format > newestFormat || head[8] !== intBytes || head[9] !== offsetBytes)
    throw notOurs('format', `${head[5]}.${head[6]}`)
  const compression = format >= 115 ? await readByte(reader) : await readInt(reader)
  if (compression !== 0) throw notOurs('compressed', '')
  for (let part = 0; part < 7; part++) await readInt(reader)
  await readText(reader)
  const serverVersion = (await readText(reader)) ?? ''
  const programVersion = (await readText(reader)) ?? ''
  const count = await readInt(reader)
  if (count < 0 || count > mostEntries) throw damaged()
  const entries: ArchiveEntry[] = []
  for (let one = 0; one < count; one++) entries.push(await readEntry(reader, format))
  const encoding = entries.find(({ kind }) => kind === 'ENCODING')?.make ?? ''
  return { format, serverVersion, programVersion, encoding: /'([^']+)'/.exec(encoding)?.[1] ?? 'UTF8', entries }
}

async function readEntry(reader: PieceReader, format: number): Promise<ArchiveEntry> {
  const id = await readInt(reader)
  const hasData = (await readInt(reader)) !== 0
  for (const _ of ['table of the catalog', 'oid']) await readText(reader)
  const tag = (await readText(reader)) ?? ''
  const kind = (await readText(reader)) ?? ''
  const section = sections[await readInt(reader)] ?? 'none'
  const make = (await readText(reader)) ?? ''
  const drop = (await readText(reader)) ?? ''
  const copy = (await readText(reader)) ?? ''
  const schema = (await readText(reader)) ?? ''
  const tablespace = (await readText(reader)) ?? ''
  const method = (await readText(reader)) ?? ''
  if (format >= 116) await readInt(reader)
  const owner = (await readText(reader)) ?? ''
  await readText(reader)
  const needs: number[] = []
  for (;;) {
    const need = await readText(reader)
    if (need === undefined) break
    needs.push(Number(need))
  }
  await readByte(reader)
  await reader.need(offsetBytes)
  reader.take(offsetBytes)
  return { id, kind, tag, section, schema, owner, tablespace, method, make, drop, copy, hasData, needs }
}

async function readByte(reader: PieceReader): Promise<number> {
  if (reader.ready < 1) await reader.need(1)
  return reader.take(1)[0] ?? 0
}

/** A sign, then four bytes, the lowest first. */
export async function readInt(reader: PieceReader): Promise<number> {
  if (reader.ready < 1 + intBytes) await reader.need(1 + intBytes)
  const bytes = reader.take(1 + intBytes)
  const value = bytes.readUInt32LE(1)
  if (bytes[0] === 0) return value
  if (bytes[0] === 1) return -value
  throw damaged()
}

/** Undefined is what C calls NULL. */
async function readText(reader: PieceReader): Promise<string | undefined> {
  const length = await readInt(reader)
  if (length < 0) return undefined
  if (length > longestText) throw damaged()
  if (reader.ready < length) await reader.need(length)
  return reader.take(length).toString('utf8')
}

/** What is not as pg_dump writes it, though every byte is as it was stored. */
export function damaged(): BackupError {
  return new BackupError('checksum', archiveNotOurs({ why: 'damaged', detail: '' }), {
    hint: archiveNotOursRemedy({ why: 'damaged' }),
  })
}

function notOurs(why: 'no-archive' | 'format' | 'compressed', detail: string): VigieError {
  return new VigieError('backup-failed', archiveNotOurs({ why, detail }), { hint: archiveNotOursRemedy({ why }) })
}
