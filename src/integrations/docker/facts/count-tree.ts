import { createHash } from 'node:crypto'
import type { TarEntry } from '../../../platform/tar/tar-entry.ts'
import { createTarReader, type TarListener } from '../../../platform/tar/tar-reader.ts'
import { attributesIn } from './attributes.ts'
import { type ContentDigest, contentDigest } from './content-digest.ts'
import { type SparseContent, sparseContent } from './sparse-map.ts'
import type { TreeFacts } from './volume-facts.ts'

const digestSpace = 2n ** 256n
const nanosecondsPerSecond = 1_000_000_000n
/** PG_VERSION holds a number and a line end. */
const maxVersionBytes = 16
/** Data folders lie at the root of a volume, or a few folders below (`18/docker` in the images of PostgreSQL 18). */
const maxDataFolders = 100
/** Links by which a cluster of PostgreSQL keeps its log and its tablespaces elsewhere. */
const leadsElsewhere = /(?:^|\/)(?:pg_wal|pg_xlog|pg_tblspc\/\d+)$/
/** Each database of a cluster has a PG_VERSION too, in its tablespace. */
const ofDatabase = /(?:^|\/)(?:base|PG_\d+_\d+)\/\d+$/

export interface PostgresLink {
  readonly path: string
  /** Absolute. */
  readonly target: string
}

export interface CountedTree {
  push(piece: Uint8Array): void
  /** Throws `TarError` when the archive has no end. */
  finish(): void
  facts(): TreeFacts
  /** Where clusters of PostgreSQL have a part of themselves outside of their folder. */
  postgresLinks(): readonly PostgresLink[]
  /** Folders that hold data of PostgreSQL; `isOpen` when a server has them, or was killed and left its mark. */
  postgres(): readonly { readonly folder: string; readonly version: string; readonly isOpen: boolean }[]
}

/** Its folders and name, without what says nothing (`./`, `//`, `/` at the end); the root is ''. */
export function plainPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

/**
 * Counts what an archive holds as it goes by, and makes a digest that no order of the entries changes: each one's path,
 * type, owner, mode, size, time, attributes and content. `tar` says how exact it can be: what an archive of another tar
 * than GNU's does not hold is left out. `onEntry` may refuse an entry by a throw before anybody gets it.
 */
export function countTree(tar: 'gnu' | 'other', onEntry?: (entry: TarEntry, path: string) => void): CountedTree {
  const counts = { files: 0, folders: 0, links: 0, hardLinks: 0, fifos: 0, devices: 0, bytes: 0 }
  let sum = 0n
  let line = ''
  let content: ContentDigest | undefined
  let sparse: SparseContent | undefined
  let written = 0
  let version: { readonly folder: string; text: string } | undefined
  const versions = new Map<string, string>()
  const open = new Set<string>()
  const links: PostgresLink[] = []

  const listener: TarListener = {
    entry: (entry, raw) => {
      const path = plainPath(entry.path)
      onEntry?.(entry, path)
      const { type, isSparse } = entry
      if (type === 'file') counts.files++
      else if (type === 'folder') counts.folders++
      else if (type === 'link') counts.links++
      else if (type === 'hard-link') counts.hardLinks++
      else if (type === 'fifo') counts.fifos++
      else counts.devices++
      if (type === 'file') counts.bytes += entry.bytes
      line = lineOf(entry, path, tar, tar === 'gnu' ? attributesIn(raw) : [])
      content = type === 'file' ? contentDigest() : undefined
      sparse = isSparse && content !== undefined ? sparseContent(content.write) : undefined
      written = 0
      const [folder, name] = parted(path)
      version =
        type === 'file' && name === 'PG_VERSION' && !ofDatabase.test(folder) && versions.size < maxDataFolders
          ? { folder, text: '' }
          : undefined
      if (type === 'link' && entry.link.startsWith('/') && leadsElsewhere.test(path) && links.length < maxDataFolders)
        links.push({ path: readable(path), target: readable(entry.link) })
      if (name === 'postmaster.pid' && open.size < maxDataFolders) open.add(folder)
    },
    content: (piece, isPadding) => {
      if (isPadding) return
      if (sparse !== undefined) sparse.push(piece)
      else content?.write(written, piece)
      if (version !== undefined && version.text.length < maxVersionBytes) version.text += piece.toString('latin1')
      written += piece.length
    },
    entryEnd: () => {
      const whole = createHash('sha256')
        .update(line)
        .update(content?.end() ?? '')
        .digest('hex')
      sum = (sum + BigInt(`0x${whole}`)) % digestSpace
      if (version !== undefined && /^\d/.test(version.text))
        versions.set(version.folder, version.text.slice(0, maxVersionBytes).trim())
    },
  }
  const reader = createTarReader(listener)
  return {
    push: (piece) => reader.push(piece),
    finish: () => reader.finish(),
    facts: () => ({
      counts: { ...counts },
      // Which of several names has the content depends on the order, which only GNU tar keeps.
      digest: tar === 'other' && counts.hardLinks > 0 ? null : sum.toString(16).padStart(64, '0'),
    }),
    postgresLinks: () => (versions.size > 0 ? links : []),
    postgres: () =>
      [...versions].map(([folder, text]) => ({ folder: readable(folder), version: text, isOpen: open.has(folder) })),
  }
}

/** Every member ends in a byte that no name has. */
function lineOf(entry: TarEntry, path: string, tar: 'gnu' | 'other', attributes: readonly string[]): string {
  const { type, mode, uid, gid, bytes, mtimeNs, link } = entry
  const seconds = mtimeNs / nanosecondsPerSecond
  // Busybox gives folders the time at which they were filled.
  const time = tar === 'gnu' ? mtimeNs : type === 'folder' ? 0n : seconds
  // A second name of a file: its mode and times are those of the first.
  const own = type === 'hard-link' ? [plainPath(link)] : [mode, uid, gid, type === 'file' ? bytes : 0, time, link]
  return [path, type, ...own, ...attributes].map((one) => `${one}\0`).join('')
}

function parted(path: string): readonly [folder: string, name: string] {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)]
}

function readable(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
