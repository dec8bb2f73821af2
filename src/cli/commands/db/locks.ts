import type { DatabaseLock } from '../../../core/database.ts'
import { message } from '../../../core/message.ts'
import { type Column, columnTable } from '../../columns.ts'
import type { Command } from '../../command.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import { notOfferedTexts, viewNotOffered } from '../../db/not-offered.ts'
import type { Output } from '../../output.ts'

const none = message('cli.db-locks-none', {
  en: () => 'Nobody waits for a lock.',
  fr: () => "Personne n'attend de verrou.",
})
const title = message<{ column: string }>('cli.db-locks-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const queued = message('cli.db-locks-queued', { en: () => 'stands before it', fr: () => 'est avant elle' })
const unseen = message('cli.db-locks-unseen', { en: () => 'not shown', fr: () => 'non visible' })
const english: Readonly<Record<string, string>> = {
  ...{ waits: 'waits', since: 'for', wanted: 'wants', object: 'on', row: 'a row of', table: 'table' },
  ...{ blocker: 'held up by', held: 'which holds', state: 'state', statement: 'its statement' },
}
const french: Readonly<Record<string, string>> = {
  ...{ waits: 'attend', since: 'depuis', wanted: 'veut', object: 'sur', row: 'une ligne de', table: 'table' },
  ...{ blocker: 'bloquée par', held: 'qui tient', state: 'état', statement: 'sa requête' },
}

/** Who waits for which lock on what, and who is in the way. */
export const dbLocksCommand: Command = {
  texts: [...findDatabaseTexts, ...notOfferedTexts, none, title, queued, unseen],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const { output } = context
    const found = findDatabase(vigie, args)
    const seen = await lookInto(
      context,
      vigie,
      found,
      async (database, ctx) => database.locks?.(ctx) ?? viewNotOffered('locks'),
    )
    if (output.settings.isJson) output.json({ locks: seen.rows })
    else if (seen.rows.length === 0) output.line(output.text(none({})))
    else for (const line of columnTable(seen.rows, columns(output), output)) output.line(line)
    return 0
  },
}

function columns({ text, format }: Output): Column<DatabaseLock>[] {
  const named = (column: string) => title({ column })
  const who = (pid: number, user: string, application: string): string =>
    `${pid} ${application === '' ? user : application}`
  return [
    { title: named('waits'), cell: ({ pid, user, application }) => who(pid, user, application) },
    {
      title: named('since'),
      cell: ({ waitMs }) => (waitMs === null ? '' : format.duration(waitMs)),
      isNumber: true,
      spare: 1,
    },
    { title: named('wanted'), cell: ({ wanted }) => wanted, spare: 4 },
    {
      title: named('object'),
      cell: ({ what, object }) => `${what === 'row' || what === 'table' ? text(named(what)) : what} ${object}`.trim(),
    },
    {
      title: named('blocker'),
      cell: ({ blockerPid, blockerUser, blockerApplication }) => who(blockerPid, blockerUser, blockerApplication),
    },
    { title: named('held'), cell: ({ held }) => held ?? text(queued({})), spare: 3 },
    { title: named('state'), cell: ({ blockerState }) => blockerState, spare: 2 },
    {
      title: named('statement'),
      cell: ({ isHidden, blockerStatement }) => (isHidden ? text(unseen({})) : blockerStatement),
    },
  ]
}
