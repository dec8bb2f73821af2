import type { CommandLine, OptionSpec } from '../command.ts'
import { say } from './say.ts'
import { consent } from './shared-options.ts'

const component: OptionSpec = {
  type: 'string',
  value: 'NAME',
  summary: say('db-component', 'which database, when there are several', "quelle base, s'il y en a plusieurs"),
}

const reason: OptionSpec = {
  type: 'string',
  value: 'TEXT',
  summary: say('db-reason', 'why, for the audit', "pourquoi, pour l'audit"),
}

const limit: OptionSpec = {
  type: 'string',
  value: 'N',
  summary: say('db-limit', 'how many are shown (default 20)', 'combien sont montrés (par défaut 20)'),
}

/** What every command that acts on a database takes. */
const acts = { component, ...consent }

export const dbCommands: readonly CommandLine[] = [
  {
    words: ['db', 'queries'],
    options: {
      component,
      since: {
        type: 'string',
        value: 'SPAN',
        summary: say('db-queries-since', '1h, 1d, 7d (default 1d)', '1h, 1d, 7d (par défaut 1d)'),
      },
      order: {
        type: 'string',
        value: 'ORDER',
        summary: say(
          'db-queries-order',
          'time, mean, calls, temp or regression (default time)',
          'time, mean, calls, temp ou regression (par défaut time)',
        ),
      },
      limit: {
        type: 'string',
        value: 'N',
        summary: say('db-queries-limit', 'how many are shown (default 10)', 'combien sont montrées (par défaut 10)'),
      },
      explain: {
        type: 'string',
        value: 'ID',
        summary: say(
          'db-queries-explain',
          'the plan of one, which is not executed',
          "le plan de l'une, qui n'est pas exécutée",
        ),
      },
    },
    summary: say('db-queries', 'which statements take the time', 'quelles requêtes prennent le temps'),
    load: async () => (await import('../commands/db/queries.ts')).dbQueriesCommand,
  },
  {
    words: ['db', 'activity'],
    options: {
      component,
      live: {
        type: 'boolean',
        summary: say(
          'db-live',
          'draw it again every 2 s until q or Ctrl-C',
          "redessiner toutes les 2 s jusqu'à q ou Ctrl-C",
        ),
      },
    },
    summary: say('db-activity', 'who does what, and who holds up whom', 'qui fait quoi, et qui bloque qui'),
    load: async () => (await import('../commands/db/activity.ts')).dbActivityCommand,
  },
  {
    words: ['db', 'locks'],
    options: { component },
    summary: say('db-locks', 'who waits for which lock, and for whom', 'qui attend quel verrou, et de qui'),
    load: async () => (await import('../commands/db/locks.ts')).dbLocksCommand,
  },
  {
    words: ['db', 'maintain'],
    options: {
      ...acts,
      table: {
        type: 'string',
        value: 'NAME',
        summary: say('db-table', 'this table alone, needed or not', 'cette table seule, nécessaire ou non'),
      },
    },
    summary: say('db-maintain', 'vacuum and analyze where needed', 'vacuum et analyze là où il le faut'),
    load: async () => (await import('../commands/db/maintain.ts')).dbMaintainCommand,
  },
  {
    words: ['db', 'reindex'],
    options: {
      ...acts,
      index: {
        type: 'string',
        value: 'NAME',
        summary: say('db-index', 'this index alone, whatever it gains', 'cet index seul, quel que soit le gain'),
      },
      'assume-space': {
        type: 'string',
        value: 'SIZE',
        summary: say(
          'db-assume-space',
          'what is free on a server whose disk cannot be seen',
          "ce qui est libre sur un serveur dont le disque n'est pas visible",
        ),
      },
    },
    summary: say('db-reindex', 'rebuild bloated indexes', 'reconstruire les index gonflés'),
    load: async () => (await import('../commands/db/reindex.ts')).dbReindexCommand,
  },
  {
    words: ['db', 'cancel'],
    positionals: 'PID',
    minPositionals: 1,
    maxPositionals: 1,
    options: { ...acts, reason },
    summary: say('db-cancel', 'stop what a session runs', 'arrêter ce que fait une session'),
    load: async () => (await import('../commands/db/cancel.ts')).dbCancelCommand,
  },
  {
    words: ['db', 'indexes'],
    options: {
      ...acts,
      advice: {
        type: 'string',
        value: 'ADVICE',
        summary: say(
          'db-indexes-advice',
          'unused, duplicate, overlapping, invalid or missing-foreign-key',
          'unused, duplicate, overlapping, invalid ou missing-foreign-key',
        ),
      },
      drop: {
        type: 'string',
        value: 'NAME',
        summary: say('db-indexes-drop', 'drop one that the advice names', 'supprimer un index que le conseil nomme'),
      },
      create: {
        type: 'string',
        value: 'NAME',
        summary: say(
          'db-indexes-create',
          'create one of the config, or a missing one',
          'créer un index de la configuration, ou un index manquant',
        ),
      },
      recreate: {
        type: 'string',
        value: 'NAME',
        summary: say('db-indexes-recreate', 'create again what was dropped', 'recréer un index supprimé'),
      },
    },
    summary: say('db-indexes', 'indexes with advice and gain', 'index, avec conseil et gain'),
    load: async () => (await import('../commands/db/indexes.ts')).dbIndexesCommand,
  },
  {
    words: ['db', 'terminate'],
    positionals: 'PID',
    minPositionals: 1,
    maxPositionals: 1,
    options: { ...acts, reason },
    summary: say('db-terminate', 'end a session', 'terminer une session'),
    load: async () => (await import('../commands/db/terminate.ts')).dbTerminateCommand,
  },
  {
    words: ['db', 'consistency'],
    positionals: '[RULE...]',
    maxPositionals: 100,
    options: { component },
    summary: say(
      'db-consistency',
      'whether the data keep to the rules of the application',
      "si les données respectent les règles de l'application",
    ),
    load: async () => (await import('../commands/db/consistency.ts')).dbConsistencyCommand,
  },
  {
    words: ['db', 'bloat'],
    options: { component, limit },
    summary: say('db-bloat', 'what rewrites would gain', "ce qu'une réécriture ferait gagner"),
    load: async () => (await import('../commands/db/bloat.ts')).dbBloatCommand,
  },
  {
    words: ['db', 'tables'],
    positionals: '[NAME...]',
    maxPositionals: 100,
    options: {
      component,
      order: {
        type: 'string',
        value: 'ORDER',
        summary: say(
          'db-tables-order',
          'size, live, dead, growth, vacuum or age (default size)',
          'size, live, dead, growth, vacuum ou age (par défaut size)',
        ),
      },
      limit,
    },
    summary: say(
      'db-tables',
      'tables with size, growth, rows and last vacuum',
      'tables : taille, croissance, lignes, dernier vacuum',
    ),
    load: async () => (await import('../commands/db/tables.ts')).dbTablesCommand,
  },
  {
    words: ['db', 'retention'],
    positionals: '[RULE...]',
    maxPositionals: 100,
    options: acts,
    summary: say(
      'db-retention',
      'let old rows go as the retention rules say',
      'faire partir les vieilles lignes selon les règles de rétention',
    ),
    load: async () => (await import('../commands/db/retention.ts')).dbRetentionCommand,
  },
]
