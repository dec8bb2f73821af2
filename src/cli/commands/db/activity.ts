import type { z } from 'zod'
import { message } from '../../../core/message.ts'
import { type Column, columnTable } from '../../columns.ts'
import type { Command } from '../../command.ts'
import { type ActivityLine, activityTree } from '../../db/activity-tree.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import type { dbActivityOutput } from '../../json-shapes/db.ts'
import type { Output } from '../../output.ts'

const quiet = message('cli.db-activity-quiet', {
  en: () => 'No session of the application is there.',
  fr: () => "Aucune session de l'application n'est ouverte.",
})
const title = message<{ column: string }>('cli.db-activity-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const holds = message<{ count: number }>('cli.db-activity-holds', {
  en: (p) => `holds up ${p.count}`,
  fr: (p) => `en bloque ${p.count}`,
})
const unseen = message('cli.db-activity-unseen', { en: () => 'not shown', fr: () => 'non visible' })
const prepared = message('cli.db-activity-prepared', {
  en: () => 'a prepared transaction',
  fr: () => 'une transaction préparée',
})

const english: Readonly<Record<string, string>> = {
  pid: 'PID',
  user: 'user',
  application: 'application',
  state: 'state',
  since: 'since',
  waits: 'waits',
  statement: 'statement',
}
const french: Readonly<Record<string, string>> = {
  pid: 'PID',
  user: 'rôle',
  application: 'application',
  state: 'état',
  since: 'depuis',
  waits: 'attend',
  statement: 'requête',
}

/** Who does what in the database, who holds up others first, with those that wait below. */
export const dbActivityCommand: Command = {
  texts: [...findDatabaseTexts, quiet, title, holds, unseen, prepared],
  run: async (context, args) => {
    const vigie = await context.open()
    const { output } = context
    const seen = await lookInto(context, vigie, findDatabase(vigie, args), (database, ctx) => database.activity(ctx))
    const lines = activityTree(seen.rows)
    if (output.settings.isJson) output.json({ sessions: lines.map(sessionJson) })
    else if (lines.length === 0) output.line(output.text(quiet({})))
    else for (const line of columnTable(lines, columns(output), output)) output.line(line)
    return 0
  },
}

function columns({ text, format }: Output): Column<ActivityLine>[] {
  const named = (column: string) => title({ column })
  const duration = (ms: number | null): string => (ms === null ? '' : format.duration(ms))
  return [
    {
      title: named('pid'),
      cell: ({ session, depth }) => `${'  '.repeat(depth)}${depth === 0 ? '' : '└ '}${session.pid}`,
    },
    { title: named('user'), cell: ({ session }) => session.user, spare: 2 },
    { title: named('application'), cell: ({ session }) => session.application, spare: 1 },
    {
      title: named('state'),
      cell: ({ session, waiting }) =>
        [session.isHidden ? text(unseen({})) : session.state, ...(waiting > 0 ? [text(holds({ count: waiting }))] : [])]
          .filter((part) => part !== '')
          .join(', '),
    },
    {
      title: named('since'),
      cell: ({ session: { state, statementMs, stateMs } }) => duration(state === 'active' ? statementMs : stateMs),
      isNumber: true,
    },
    { title: named('waits'), cell: ({ session }) => duration(session.waitMs), isNumber: true, spare: 3 },
    {
      title: named('statement'),
      cell: ({ session }) => (session.pid === 0 ? text(prepared({})) : session.statement),
    },
  ]
}

function sessionJson({ session, waiting }: ActivityLine): z.infer<typeof dbActivityOutput>['sessions'][number] {
  return { ...session, blockers: [...session.blockers], holdsUp: waiting }
}
