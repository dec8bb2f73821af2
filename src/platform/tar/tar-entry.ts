/** What an entry of an archive is. `other`: a kind of an old or foreign tar that holds no file of a tree. */
export type TarEntryType =
  | 'file'
  | 'folder'
  | 'link'
  | 'hard-link'
  | 'character-device'
  | 'block-device'
  | 'fifo'
  | 'other'

/** One entry of an archive, as its headers say. Names are bytes, one character each (`latin1`). */
export interface TarEntry {
  /** As it is written: it may be absolute, have `..`, or end in `/`. */
  readonly path: string
  readonly type: TarEntryType
  /** Bytes of content that follow the headers, without what fills the last block. */
  readonly storedBytes: number
  /** Of the file as it will be: more than what is stored when it has holes. */
  readonly bytes: number
  /** Content is a map of the holes and what lies between them. */
  readonly isSparse: boolean
  /** Permissions, without the type. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint
  /** What a link or a hard link leads to; '' for others. */
  readonly link: string
}

/** Why bytes are no archive that can be read. */
export type TarFault = 'truncated' | 'checksum' | 'header' | 'too-long' | 'after-end'

export class TarError extends Error {
  readonly fault: TarFault

  constructor(fault: TarFault, detail: string) {
    super(`${fault}: ${detail}`)
    this.name = 'TarError'
    this.fault = fault
  }
}

/** Everything in an archive is counted in blocks of so many bytes. Source: POSIX `pax`, "ustar Interchange Format". */
export const blockBytes = 512

export function paddedBytes(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes
}
