import type { Tar } from './tar-words.ts'

/** How the content of volumes is read and written. All of it throws `BackupError`, and what those throw who give and take. */
export interface VolumeAccess {
  /** `this machine`, or an image, for people. */
  readonly by: string
  /** The volumes are folders of this machine that we may use. */
  readonly isHere: boolean
  readonly tar: Tar
  /** All of a volume as one archive. Gives what tar complained of. */
  read(volume: string, take: (piece: Uint8Array) => Promise<void>): Promise<string>
  /** Unpacks an archive into a volume that is empty. */
  write(volume: string, pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** Removes all that it holds, not itself. */
  clear(volume: string): Promise<void>
  /** Whether a PG_VERSION lies near its root; undefined when that could not be seen. */
  hasPostgres(volume: string): Promise<boolean | undefined>
  /** Bytes that still fit where volumes lie; undefined when that is not known. */
  freeBytes(volume: string): Promise<number | undefined>
}

/** `18/docker/PG_VERSION` in the images of PostgreSQL 18, `data/PG_VERSION` and `PG_VERSION` before. */
export const postgresDepth = 4
