import { open, realpath, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../../core/context.ts'
import { addressOf, isLocal } from '../connection/address.ts'
import type { Reader } from '../connection/reader.ts'
import type { PostgresOptions } from '../options.ts'

/** What a build needs where, and what is free there. */
export interface Space {
  readonly neededBytes: number
  readonly freeBytes: number
  /** The folder where it is tightest. */
  readonly folder: string
}

type Server = {
  readonly data: string | null
  readonly system: string | null
  readonly index: string
  readonly temp: readonly string[]
}

// '' is the data folder itself. Who may not see the settings sees no row of them.
const sql = `
  select (select setting from pg_settings where name = 'data_directory') as data,
         (select system_identifier::text from pg_control_system()) as system, coalesce(pg_tablespace_location(coalesce(
           $1::oid, (select oid from pg_tablespace where spcname = current_setting('default_tablespace')), 0)), '') as index,
         array(select coalesce(pg_tablespace_location(s.oid), '') from pg_tablespace s
               where s.spcname = any(regexp_split_to_array(replace(current_setting('temp_tablespaces'), '"', ''), '\\s*,\\s*'))
               union all select coalesce(pg_tablespace_location(d.dattablespace), '') from pg_database d
               where d.datname = current_database() and current_setting('temp_tablespaces') = '') as temp`

/**
 * The space for an index of so many bytes: once for itself, once for the files of its sort, once for its WAL, each where
 * the server keeps it; without a tablespace that is where a new one would stand. Undefined when it cannot be seen from
 * here: another machine, a container, a folder that is hidden.
 */
export async function spaceForIndex(
  read: Reader,
  options: PostgresOptions,
  { tablespace, bytes }: { readonly tablespace?: number; readonly bytes: number },
  ctx: StepContext,
): Promise<Space | undefined> {
  const address = addressOf(await ctx.reveal(options.actingUrl ?? options.url))
  if (address === undefined || !isLocal(address)) return undefined
  const [server] = await read<Server>(sql, [tablespace ?? null])
  if (server?.data == null) return undefined
  const { data } = server
  try {
    if (!(await isItsFolder(data, server.system))) return undefined
    const folderOf = (location: string): string => location || join(data, 'base')
    const uses = [folderOf(server.index), ...server.temp.map(folderOf), join(data, 'pg_wal')]
    const places = await Promise.all(uses.map(placeOf))
    const spaces = [...Map.groupBy(places, ({ device }) => device).values()].flatMap((all): readonly Space[] => {
      const [first] = all
      return first === undefined ? [] : [{ ...first, neededBytes: bytes * all.length }]
    })
    return spaces.toSorted((a, b) => a.freeBytes - a.neededBytes - (b.freeBytes - b.neededBytes))[0]
  } catch {
    // A folder that cannot be looked at leaves the question open.
    return undefined
  }
}

/** Its files bear the number that the server tells: a path alone may be another's, as when it runs in a container. */
export async function isItsFolder(data: string, system: string | null): Promise<boolean> {
  const file = await open(join(data, 'global', 'pg_control')).catch(() => undefined)
  if (file === undefined || system === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    return bytesRead === 8 && [buffer.readBigUInt64LE(), buffer.readBigUInt64BE()].includes(BigInt(system))
  } finally {
    await file.close()
  }
}

async function placeOf(path: string): Promise<{ folder: string; device: number; freeBytes: number }> {
  // The WAL may stand on a file system of its own.
  const folder = await realpath(path)
  const [{ dev }, { bavail, bsize }] = [await stat(folder), await statfs(folder)]
  return { folder, device: dev, freeBytes: bavail * bsize }
}
