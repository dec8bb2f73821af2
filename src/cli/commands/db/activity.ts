import type { z } from 'zod'
import { VigieError } from '../../../core/errors.ts'
import { message, type Text } from '../../../core/message.ts'
import { type Column, columnTable } from '../../columns.ts'
import { type Command, isSet } from '../../command.ts'
import { type ActivityLine, activityTree } from '../../db/activity-tree.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import type { dbActivityOutput } from '../../json-shapes/db.ts'
import { live, ownScreen } from '../../live.ts'
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
const liveTitle = message<{ system: string; component: string; at: string }>('cli.db-activity-live', {
  en: (p, f) => `${p.system} · ${p.component} · ${f.dateTime(p.at)} · every 2 s, q ends`,
  fr: (p, f) => `${p.system} · ${p.component} · ${f.dateTime(p.at)} · toutes les 2 s, q pour finir`,
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
  texts: [...findDatabaseTexts, quiet, title, holds, unseen, prepared, liveTitle],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const { output, signal } = context
    const found = findDatabase(vigie, args)
    const look = async (): Promise<Sight> => {
      const { rows, notes } = await lookInto(context, vigie, found, (database, ctx) => database.activity(ctx))
      return { lines: activityTree(rows), notes }
    }
    const screen = isSet(args, 'live') ? ownScreen(output.settings) : undefined
    if (screen !== undefined) {
      await live(screen, output, signal, async (now) => {
        const at = vigie.engine.world.clock.now().toISOString()
        const heading = now.text(liveTitle({ system: found.system.name, component: found.component.name, at }))
        return [
          heading,
          '',
          ...(await look().then(
            (sight) => tableOf(sight, now),
            (error) => told(error, now),
          )),
        ]
      })
      return 0
    }
    const sight = await look()
    if (output.settings.isJson) output.json({ sessions: sight.lines.map(sessionJson) })
    else for (const line of tableOf(sight, output)) output.line(line)
    return 0
  },
}

interface Sight {
  readonly lines: readonly ActivityLine[]
  /** What could not be seen, and what helps. */
  readonly notes: readonly Text[]
}

function tableOf({ lines, notes }: Sight, output: Output): readonly string[] {
  const table = lines.length === 0 ? [output.text(quiet({}))] : columnTable(lines, columns(output), output)
  return notes.length === 0 ? table : [...table, '', ...notes.map(output.text)]
}

/** A look that fails is shown in its place: the next one may see again. */
function told(error: unknown, { text }: Output): readonly string[] {
  if (!(error instanceof VigieError)) throw error
  return [text(error.text), ...(error.hint === undefined ? [] : ['', `→ ${text(error.hint)}`])]
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
      cell: ({ session: { pid, isHidden, statement } }) => (pid === 0 ? text(prepared({})) : isHidden ? '' : statement),
    },
  ]
}

function sessionJson({ session, waiting }: ActivityLine): z.infer<typeof dbActivityOutput>['sessions'][number] {
  return { ...session, blockers: [...session.blockers], holdsUp: waiting }
}
