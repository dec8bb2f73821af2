import type { StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Action } from '../../../core/task.ts'
import type { Acting } from '../acting/acting.ts'
import { actsOnPrimary, actsOnPrimaryRemedy } from '../acting/acting-texts.ts'
import type { PostgresClient } from '../backup/client.ts'
import { factsIn, type PostgresFacts } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import type { Archive, ArchiveEntry } from './archive-toc.ts'
import {
  type DatabaseLook,
  type Leftover,
  lookAtDatabase,
  lookAtServer,
  lookForLeftovers,
  type ServerLook,
} from './database-look.ts'
import { removeLeftover, restoreBeside, restoreOver, undoBeside, undoOver } from './database-texts.ts'
import { elsewhere, ownDatabase } from './elsewhere.ts'
import { rolesNamedIn } from './named-roles.ts'
import { refuseDatabase } from './refuse-database.ts'
import { refuseExtensions, refuseOlderServer, refuseRoles } from './refuse-target.ts'
import { freeName, isTooLong, stampOf } from './restore-names.ts'
import { needsScratch, restoreProgram } from './run-restore.ts'
import { refuseFullScratch } from './scratch-dump.ts'
import { refuseFullServer } from './server-space.ts'
import { archiveOf, dumpIn } from './stored-archive.ts'

/** Where a backup goes as a whole. A type: it is JSON. */
export type DatabasePlan = {
  /** What it is called at the end. */
  readonly name: string
  /** The living one that makes room; null when none does. */
  readonly over: { readonly oid: string; readonly kept: string } | null
}

/** What restoring the whole database would do: what killed restores left goes first. */
export async function planDatabase(
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  wanted: { readonly over: boolean; readonly to?: string },
): Promise<readonly Action[]> {
  const facts = factsIn(stored)
  const database = await ownDatabase(options, ctx)
  return elsewhere(
    options,
    ctx,
    [database],
    async (session) => {
      const server = await lookAtServer(session)
      const living = await lookAtDatabase(session, database)
      const leftovers = await lookForLeftovers(session)
      const plan = planFor(stored, server, database, living, wanted)
      await refuseDatabaseRestore(session, options, ctx, stored, server, plan, living)
      const { tables } = facts
      const shared = { backup: stored.backup, at: stored.at.toISOString(), tables: tables.length }
      const { bytes } = dumpIn(stored)
      const expected = { do: 'database', backup: stored.backup, plan }
      const { name, over } = plan
      const whole: Action =
        over === null
          ? {
              summary: restoreBeside({ ...shared, name, database }),
              undo: undoBeside({ name: quoted(name) }),
              ...{ effect: 'change', target: name, bytes, expected },
            }
          : {
              summary: restoreOver({ ...shared, database, kept: over.kept, sessions: living?.sessions ?? 0 }),
              undo: undoOver({ database: quoted(database), kept: quoted(over.kept) }),
              ...{ effect: 'destroy', target: database, bytes, expected },
            }
      return [...leftovers.map(leftoverAction), whole]
    },
    { isUrgent: true },
  )
}

/** What was found on the way to a restore that nothing stands in the way of. */
export interface Ready {
  readonly client: PostgresClient
  readonly archive: Archive
}

/** Everything that stands in the way of a plan is thrown. */
export async function refuseDatabaseRestore(
  session: Acting,
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  server: ServerLook,
  { name, over }: DatabasePlan,
  living: DatabaseLook | undefined,
): Promise<Ready> {
  const facts = factsIn(stored)
  if (server.isStandby) throw new VigieError('action-refused', actsOnPrimary({}), { hint: actsOnPrimaryRemedy({}) })
  refuseOlderServer(session.serverVersion, facts)
  if (!server.mayCreate) throw refuseDatabase(name, 'create', server.role)
  if (over !== null && living !== undefined) refuseLiving(name, living, facts)
  const client = await restoreProgram(options, facts, ctx)
  const archive = await archiveOf(dumpIn(stored))
  await refuseExtensions(
    session,
    facts.extensions.map((one) => one.name),
  )
  const made = archive.entries.filter((entry) => !isOfDatabase(entry))
  const owners = [...new Set(made.map(({ owner }) => owner).filter((owner) => owner !== ''))]
  await refuseRoles(session, [...new Set([...owners, ...rolesNamedIn(made, facts.roles)])])
  if (!server.isSuperuser) await refuseStrangers(session, name, owners)
  await refuseLocale(session, name, facts)
  if (needsScratch(options, archive)) await refuseFullScratch(dumpIn(stored), ctx)
  await refuseFullServer(session, options, facts.bytes, ctx)
  return { client, archive }
}

function planFor(
  stored: StoredComponent,
  { databases }: ServerLook,
  database: string,
  living: DatabaseLook | undefined,
  { over, to }: { readonly over: boolean; readonly to?: string },
): DatabasePlan {
  const stamp = stampOf(stored.at)
  if (over) {
    const kept = freeName(database, `_before_${stamp}`, databases)
    return { name: database, over: living === undefined ? null : { oid: living.oid, kept } }
  }
  if (to === undefined) return { name: freeName(database, `_restored_${stamp}`, databases), over: null }
  if (to === '' || to.includes('\0') || isTooLong(to)) throw refuseDatabase(to, 'name')
  if (databases.has(to)) throw refuseDatabase(to, 'taken')
  return { name: to, over: null }
}

function refuseLiving(name: string, living: DatabaseLook, facts: PostgresFacts): void {
  if (facts.copied !== 'all' || facts.withoutRows.length > 0) throw refuseDatabase(name, 'selection')
  if (!living.isOurs) throw refuseDatabase(name, 'owner', living.owner)
  if (living.busy.length > 0) throw refuseDatabase(name, 'busy', living.busy.join(', '))
  if (living.ties.length > 0) throw refuseDatabase(name, 'ties', living.ties.join(', '))
}

/** Only pg_restore --create would make these. */
function isOfDatabase({ kind, tag }: ArchiveEntry): boolean {
  return kind.startsWith('DATABASE') || tag.startsWith('DATABASE ')
}

async function refuseStrangers(session: Acting, name: string, owners: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ owner: string }>(
    `select n.owner from unnest($1::text[]) n(owner) join pg_roles r on r.rolname = n.owner
     where not pg_has_role(r.oid, 'MEMBER') and r.rolname <> 'pg_database_owner' order by 1`,
    [owners],
  )
  if (rows.length > 0) throw refuseDatabase(name, 'roles', rows.map(({ owner }) => owner).join(', '))
}

/** A locale is there when a database or a collation of the server has it: `en_US.UTF-8` is `en_US.utf8` too. */
async function refuseLocale(
  session: Acting,
  name: string,
  { collation: { provider, collate, ctype } }: PostgresFacts,
): Promise<void> {
  const { rows } = await session.query<{ locale: string }>(
    `with known as (
       select lower(regexp_replace(one, '[^[:alnum:]_.@]', '', 'g')) as locale
       from (select datcollate::text as one from pg_database union select datctype::text from pg_database
             union select collcollate::text from pg_collation where collcollate is not null
             union select collctype::text from pg_collation where collctype is not null
             union values ('C'), ('POSIX')) a)
     select one as locale from unnest($1::text[]) one
     where lower(regexp_replace(one, '[^[:alnum:]_.@]', '', 'g')) not in (select locale from known where locale is not null)
     order by 1`,
    [[...new Set([collate, ctype])]],
  )
  const missing = rows.map(({ locale }) => locale)
  if (missing.length > 0) throw refuseDatabase(name, 'locale', `${missing.join(', ')} (${provider})`)
}

function leftoverAction({ database, oid, mark }: Leftover): Action {
  return {
    summary: removeLeftover({ database, mark: mark ?? '' }),
    effect: 'change',
    target: database,
    expected: { do: 'leftover', database, oid, mark },
  }
}
