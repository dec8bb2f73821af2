import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { debianTool } from '../../scripts/provision/debian-tool.ts'

export interface Place {
  /** A folder of the bench, with the tree in `documents`. */
  readonly dir: string
  /** The programs of PostgreSQL. */
  readonly bin: string
  readonly url: string
  readonly database: string
  /** Of the server: its data and its socket. */
  readonly data: string
  readonly socket: string
  readonly days: number
}

/** How somebody backs up a database and a tree each day. */
export interface Way {
  readonly name: string
  /** Where it stores. */
  readonly store: string
  /** It looks at how old a change is. */
  readonly isOfAge?: true
  backUp(day: number): readonly (readonly string[])[]
  /** The database into `restored` and the tree into a folder. */
  restore(): readonly (readonly string[])[]
}

export async function allWays(place: Place, vigie: readonly string[]): Promise<readonly Way[]> {
  const restic = await debianTool('restic', 'usr/bin/restic')
  const pgbackrest = await debianTool('pgbackrest', 'usr/bin/pgbackrest')
  return [guides(place), withRestic(place, restic), withPgBackRest(place, pgbackrest), withVigie(place, vigie)]
}

/** As autodev.md and monassurance.md have it: a dump through gzip and a tar each day. */
function guides({ dir, bin, url, days }: Place): Way {
  const store = join(dir, 'guides')
  mkdirSync(store, { recursive: true })
  const shell = (line: string): readonly string[] => ['bash', '-c', `set -o pipefail; ${line}`]
  return {
    name: "the guides' scripts: pg_dump | gzip, tar czf",
    store,
    backUp: (day) => [
      shell(`${bin}/pg_dump ${url} | gzip > ${store}/db_${day}.sql.gz`),
      shell(`tar -czf ${store}/files_${day}.tar.gz documents`),
    ],
    restore: () => [
      shell(`${bin}/psql -q ${url.replace(/\/[^/]*$/, '/restored_guides')} < <(gunzip -c ${store}/db_${days}.sql.gz)`),
      shell(`mkdir -p ${dir}/back-guides && tar -xzf ${store}/files_${days}.tar.gz -C ${dir}/back-guides`),
    ],
  }
}

function withVigie({ dir, bin, url, database }: Place, vigie: readonly string[]): Way {
  const store = join(dir, 'vigie')
  mkdirSync(store, { recursive: true })
  const file = join(dir, 'vigie.config.json')
  const components = {
    db: { kind: 'postgres', url, backup: { bin } },
    docs: { kind: 'files', path: 'documents' },
  }
  const nightly = { what: ['db', 'docs'], to: { kind: 'folder', path: store } }
  writeFileSync(file, JSON.stringify({ name: 'Bench', components, backups: { nightly } }))
  const words = (...own: string[]): readonly string[] => [...vigie, 'backups', ...own, '--config', file]
  return {
    name: `vigie backups (${database})`,
    store,
    isOfAge: true,
    backUp: () => [words('create')],
    restore: () => [
      words('restore', 'latest', '--component', 'db', '--to', 'restored_vigie', '--yes'),
      words('restore', 'latest', '--component', 'docs', '--to', 'back-vigie', '--yes'),
    ],
  }
}

function withRestic({ dir, bin, url }: Place, restic: string): Way {
  const store = join(dir, 'restic')
  const key = join(dir, 'restic.key')
  writeFileSync(key, 'bench')
  const shell = (line: string): readonly string[] => [
    'bash',
    '-c',
    `set -o pipefail; export RESTIC_REPOSITORY=${store} RESTIC_PASSWORD_FILE=${key} RESTIC_CACHE_DIR=${dir}/restic-cache; ${line}`,
  ]
  rmSync(store, { recursive: true, force: true })
  return {
    name: 'restic: pg_dump | restic --stdin, restic backup',
    store,
    backUp: (day) => [
      ...(day === 1 ? [shell(`${restic} init -q`)] : []),
      shell(`${bin}/pg_dump -Fc -Z0 ${url} | ${restic} backup -q --stdin --stdin-filename db.dump`),
      shell(`${restic} backup -q documents`),
    ],
    restore: () => [
      shell(
        `${restic} dump -q latest db.dump --path /db.dump | ${bin}/pg_restore --exit-on-error --no-owner -d ${url.replace(/\/[^/]*$/, '/restored_restic')}`,
      ),
      shell(`${restic} restore -q latest --path ${dir}/documents --target ${dir}/back-restic`),
    ],
  }
}

/** It copies the files of the server, so that what it restores is a server's folder; a tree it does not know. */
function withPgBackRest({ dir, url, data, socket, days }: Place, pgbackrest: string): Way {
  const store = join(dir, 'pgbackrest')
  const file = join(dir, 'pgbackrest.conf')
  const back = join(dir, 'back-pgbackrest')
  for (const folder of [store, back]) mkdirSync(folder, { recursive: true })
  chmodSync(back, 0o700)
  const { port, password } = new URL(url)
  const lines = [
    '[global]',
    `repo1-path=${store}`,
    'repo1-retention-full=9',
    ...['log', 'lock', 'spool'].map((name) => `${name}-path=${join(dir, `pgbackrest-${name}`)}`),
    // The log of the server would be kept beside; what is measured is a copy a day.
    ...['archive-check=n', 'start-fast=y', 'compress-type=zst', 'compress-level=3', 'process-max=2'],
    '[bench]',
    ...[`pg1-path=${data}`, `pg1-port=${port}`, `pg1-socket-path=${socket}`, 'pg1-user=postgres'],
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const shell = (line: string): readonly string[] => [
    'bash',
    '-c',
    `set -o pipefail; export PGPASSWORD=${password}; own() { ${pgbackrest} --config=${file} --stanza=bench "$@"; }; ${line}`,
  ]
  return {
    name: 'pgbackrest full and diff; tar | zstd each day',
    store,
    backUp: (day) => [
      ...(day === 1 ? [shell('own stanza-create')] : []),
      shell(`own backup --type=${day === 1 ? 'full' : 'diff'}`),
      shell(`tar -cf - documents | zstd -q -3 -T2 > ${store}/files_${day}.tar.zst`),
    ],
    restore: () => [
      shell(`own restore --pg1-path=${back} --type=none`),
      shell(`mkdir -p ${back}-files && zstd -q -d -c ${store}/files_${days}.tar.zst | tar -xf - -C ${back}-files`),
    ],
  }
}
