import type { z } from 'zod'
import type { StepContext } from './context.ts'
import type { AnyMessage, Message, Text } from './message.ts'

/** Something that a repository keeps. Its path has `/` between plain names: letters, digits, `.`, `_`, `-`. */
export interface KeptObject {
  readonly path: string
  readonly bytes: number
  readonly modifiedAt: Date
}

/** What was written, as the bytes went by. */
export interface Stored {
  readonly bytes: number
  /** SHA-256, hexadecimal. */
  readonly sha256: string
}

/** Something that could not be removed. */
export interface NotRemoved {
  readonly path: string
  /** Its store keeps it until then; undefined when it is not known, or another reason holds. */
  readonly until?: Date
  readonly reason: Text
}

/**
 * A place for backups: objects under paths. All of it throws `BackupError` with `unreachable` when the place gives no answer,
 * refuses us, or stops in the middle; with `no-space` when it is full.
 */
export interface Repository {
  /** How people name it: `/srv/backups`, `s3://bucket/prefix`. No secrets. */
  readonly place: string
  /** Bytes lie on this machine, where a file of it can be opened as it is: its path. Undefined elsewhere. */
  fileOf?(path: string): string
  /**
   * Writes one object, which is there whole and safe when this resolves, and not at all before. What was there of that path
   * is replaced. Its memory is bounded whatever the size. A throw of `body` leaves nothing.
   */
  put(path: string, body: AsyncIterable<Uint8Array>): Promise<Stored>
  /** Throws `BackupError` with `truncated` when it is not there or ends before its size. */
  get(path: string): AsyncIterable<Uint8Array>
  /** Undefined when it is not there. */
  look(path: string): Promise<KeptObject | undefined>
  /** All below a folder (`a/b`), in the order of their paths. */
  list(folder: string): AsyncIterable<KeptObject>
  /** What is not there any more counts as removed. */
  remove(paths: readonly string[]): Promise<readonly NotRemoved[]>
  /** Bytes that still fit; undefined when the place has no border that it tells. */
  freeBytes(): Promise<number | undefined>
  /** Ends what writings that were killed left behind and that began before this time; gives how many. */
  tidy(before: Date): Promise<number>
  close(): Promise<void>
}

/** A kind of repository, as a catalog holds it; its work is loaded when it is first used. */
export interface RepositoryKind<Schema extends z.ZodObject, Kind extends string = string> {
  readonly kind: Kind
  readonly summary: Message<Record<string, never>>
  /** A strict object with `kind` as a literal. */
  readonly options: Schema
  readonly messages: readonly AnyMessage[]
  /** The folder of this machine that its objects lie in, absolute, which no cleaning task may touch. Default: none. */
  folder?(options: z.output<Schema>, baseDir: string): string
  /** The options of a place as a command line names it: `/srv/backups`, `s3://bucket/prefix`; undefined when it is none of this kind. */
  named(place: string): z.output<Schema> | undefined
  open(options: z.output<Schema>, ctx: StepContext): Promise<Repository>
}

export type AnyRepositoryKind = Omit<RepositoryKind<z.ZodObject>, 'open' | 'named' | 'folder'> & {
  // biome-ignore lint/suspicious/noExplicitAny: a catalog holds repositories of every option type.
  folder?(options: any, baseDir: string): string
  named(place: string): { readonly kind: string } | undefined
  // biome-ignore lint/suspicious/noExplicitAny: a catalog holds repositories of every option type.
  open(options: any, ctx: StepContext): Promise<Repository>
}

export function defineRepository<const Kind extends string, Schema extends z.ZodObject>(
  kind: RepositoryKind<Schema, Kind>,
): RepositoryKind<Schema, Kind> {
  return kind
}
