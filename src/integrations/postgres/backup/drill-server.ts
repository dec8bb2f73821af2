import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import { BackupError } from '../../../core/backup.ts'
import type { CommandResult } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { DrillPlace } from './drill-place.ts'
import { diskIsFull, errorLines } from './program-failure.ts'
import { diskFull, noRoomHint, notBegun, notBegunHint } from './rehearsal-texts.ts'

export type ProgramEnd = Pick<CommandResult, 'outcome' | 'exitCode' | 'signal' | 'stderr'>

/** A server of its own for the time of a rehearsal, to be had by a socket alone. */
export interface DrillServer extends DrillAccess {
  readonly major: number
  /** The image that it is of; undefined: of this machine. */
  readonly image: string | undefined
  /** The folder on whose disk its data lie. */
  readonly folder: string
  /** The folder of files for its programs, as we see it; `pathOf` is where they see one of them. */
  readonly files: string
  pathOf(name: string): string
  /** Writes one, which must not be there. */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** Runs a client of it, as a superuser. */
  run(program: 'pg_restore' | 'psql', args: readonly string[], stdin?: AsyncIterable<Uint8Array>): Promise<ProgramEnd>
  stop(): Promise<void>
}

/** How one that listens on a socket of this machine is reached, as a superuser. */
export interface DrillAccess {
  /** As libpq has them, for programs of this machine. */
  env(database: string): Readonly<Record<string, string>>
  url(database: string): string
  /** A session; who opens it ends it. */
  connect(database: string): Promise<Client>
}

export const drillPort = 5432

/** Little memory, nothing kept safe: it is thrown away. Nothing runs by itself in it, and nothing listens but the socket. */
const settings = {
  listen_addresses: '',
  port: String(drillPort),
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  shared_buffers: '64MB',
  maintenance_work_mem: '64MB',
  max_connections: '30',
  max_logical_replication_workers: '0',
  dynamic_shared_memory_type: 'mmap',
  autovacuum: 'off',
  jit: 'off',
  lc_messages: 'C',
  log_destination: 'stderr',
  logging_collector: 'off',
  restart_after_crash: 'off',
}

/** Arguments for postgres. */
export function serverFlags(sockets: string): readonly string[] {
  return Object.entries({ ...settings, unix_socket_directories: sockets }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
}

/** Arguments for initdb, which reads the superuser's password from a file. */
export function initFlags(cluster: string, superuser: string, passwordFile: string): readonly string[] {
  const given = ['-D', cluster, '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8']
  return [...given, '--no-locale', '--no-sync']
}

export const clusterIn = (data: string): string => join(data, 'cluster')
export const logIn = (data: string): string => join(data, 'log')

/** The end of what the server wrote. */
export async function logTail({ data }: DrillPlace): Promise<string> {
  return (await readFile(logIn(data), 'utf8').catch(() => '')).slice(-2000)
}

export function notStarted(said: string, { data }: DrillPlace): VigieError {
  const detail = errorLines(said)
  if (diskIsFull.test(said))
    return new BackupError('no-space', diskFull({ folder: data, detail }), { hint: noRoomHint({ folder: data }) })
  return new VigieError('no-answer', notBegun({ detail }), { hint: notBegunHint({}) })
}
