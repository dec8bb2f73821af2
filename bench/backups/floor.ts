import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { measured } from './measured.ts'
import type { Place } from './ways.ts'

const sessions = availableParallelism()

/**
 * Seconds of a restore in which nothing is unpacked, checked or sent: the server reads its rows from plain files, in as many
 * sessions as there are cores here, and makes the keys; tar has a plain archive.
 */
export async function floorOf({ dir, bin, url }: Place): Promise<number> {
  const folder = join(dir, 'floor')
  mkdirSync(folder)
  // The server writes and reads there.
  chmodSync(dir, 0o755)
  chmodSync(folder, 0o777)
  const there = url.replace(/\/[^/]*$/, '/restored_floor')
  const rows = (part: number): string => join(folder, `accounts-${part}`)
  const parts = Array.from({ length: sessions }, (_, part) => part)
  const shell = (line: string): readonly string[] => ['bash', '-c', `set -e -o pipefail; ${line}`]
  const sql = (to: string, statement: string): string => `${bin}/psql -qX -v ON_ERROR_STOP=1 ${to} -c "${statement}"`
  for (const part of parts) {
    const chosen = `select * from pgbench_accounts where aid % ${sessions} = ${part}`
    execFileSync('bash', ['-c', sql(url, `copy (${chosen}) to '${rows(part)}'`)])
  }
  execFileSync('tar', ['-cf', join(folder, 'files.tar'), 'documents'], { cwd: dir })
  const way = [
    `${bin}/pg_dump --section=pre-data ${url} | ${bin}/psql -qX ${there} > ${folder}/made`,
    ...parts.map((part) => `${sql(there, `copy pgbench_accounts from '${rows(part)}'`)} & own${part}=$!`),
    ...parts.map((part) => `wait $own${part}`),
    `${bin}/pg_dump --section=post-data ${url} | ${bin}/psql -qX ${there} > ${folder}/made`,
    `mkdir ${folder}/back && tar -xf ${folder}/files.tar -C ${folder}/back`,
  ]
  return (await measured(shell(way.join('; ')), { cwd: dir, env: { ...process.env, LANG: 'C.UTF-8' } })).wallS
}
