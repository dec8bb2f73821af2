import type { Client } from 'pg'
import { BackupError } from '../../../core/backup.ts'
import type { Acting } from '../acting/acting.ts'
import type { Target } from '../backup/target.ts'
import { detailOf, type Refusal, refusalOf } from '../connection/connection.ts'
import { openOwnSession } from '../connection/own-session.ts'
import { notReached, reachRemedy } from '../texts.ts'
import { literal } from './literal.ts'

/** Sorts for an index take this much at most; beyond it more hardly help. */
const mostSortBytes = 268_435_456

/**
 * Commits do not wait for the disk: a database that a crash cut in two is thrown away, and the rename that makes it a good one
 * waits for all that was written before.
 */
const unhurried = { synchronous_commit: 'off' }

/** As pg_restore sets its own (`_doSetFixedOutputState`), and for as long as it takes. */
const settings = {
  ...unhurried,
  standard_conforming_strings: 'on',
  search_path: '',
  check_function_bodies: 'off',
  xmloption: 'content',
  client_min_messages: 'warning',
  row_security: 'off',
}
/** By the version of the server that knows it. */
const unlimited = {
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  idle_session_timeout: 140_000,
  transaction_timeout: 170_000,
}

/**
 * The address with settings for programs that fill a new database. All jobs together sort in no more memory than the server
 * was given for its pages, unless each was allowed more before.
 */
export async function hurried(target: Target, session: Acting, jobs: number): Promise<Target> {
  const { rows } = await session.query<{ kilobytes: number }>(
    `select greatest(pg_size_bytes(current_setting('maintenance_work_mem')),
                     least($1::int8, pg_size_bytes(current_setting('shared_buffers')) / $2::int8))::int8 / 1024 as kilobytes`,
    [mostSortBytes, jobs],
  )
  const own = { ...unhurried, maintenance_work_mem: `${Number(rows[0]?.kilobytes ?? 65_536)}kB` }
  const given = Object.entries(own).map(([name, value]) => `-c ${name}=${value}`)
  return { ...target, env: { ...target.env, PGOPTIONS: [target.env['PGOPTIONS'] ?? '', ...given].join(' ').trim() } }
}

/** A session that loads rows as pg_restore would. Who opens it ends it. Throws `BackupError` with `unreachable`. */
export async function openLoading(url: string, serverVersion: number, encoding: string): Promise<Client> {
  const refused = (why: Refusal | 'other', detail: string, cause: unknown): BackupError =>
    new BackupError('unreachable', notReached({ why, detail }), { hint: reachRemedy({ why }), cause })
  const client = await openOwnSession(url, refused)
  try {
    const limits = Object.entries(unlimited).filter(([, since]) => serverVersion >= since)
    const all = { ...settings, client_encoding: encoding, ...Object.fromEntries(limits.map(([name]) => [name, '0'])) }
    await client.query(
      Object.entries(all)
        .map(([name, value]) => `select pg_catalog.set_config('${name}', ${literal(value)}, false)`)
        .join('; '),
    )
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw refused(refusalOf(error) ?? 'other', detailOf(error), error)
  }
}
