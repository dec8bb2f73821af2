import type { CommandLine, OptionSpec } from '../command.ts'
import { say } from './say.ts'
import { consent } from './shared-options.ts'

const component: OptionSpec = {
  type: 'string',
  value: 'NAME',
  summary: say(
    'migrations-component',
    'whose migrations, when several components have some',
    'les migrations de quel composant, si plusieurs en ont',
  ),
}
const acts = { component, ...consent }

export const dbMigrationsCommands: readonly CommandLine[] = [
  {
    words: ['db', 'migrations', 'status'],
    options: { component },
    summary: say(
      'migrations-status',
      'which migrations are applied, pending, failed or changed',
      'quelles migrations sont appliquées, en attente, en échec ou modifiées',
    ),
    load: async () => (await import('../commands/db/migrations/status.ts')).dbMigrationsStatusCommand,
  },
  {
    words: ['db', 'migrations', 'create'],
    positionals: 'NAME',
    minPositionals: 1,
    maxPositionals: 1,
    options: {
      auto: {
        type: 'boolean',
        summary: say(
          'migrations-auto',
          'write it from what the code and the database differ in',
          "l'écrire à partir des différences entre le code et la base",
        ),
      },
      ...acts,
    },
    summary: say('migrations-create', 'make a new migration', 'créer une nouvelle migration'),
    load: async () => (await import('../commands/db/migrations/create.ts')).dbMigrationsCreateCommand,
  },
  {
    words: ['db', 'migrations', 'apply'],
    positionals: '[MIGRATION]',
    maxPositionals: 1,
    options: {
      repair: {
        type: 'string',
        value: 'NAME',
        summary: say(
          'migrations-repair',
          'do a repair that `status` offers, in place of applying',
          'faire une réparation que `status` propose, au lieu d’appliquer',
        ),
      },
      ...acts,
    },
    summary: say(
      'migrations-apply',
      'apply what is pending, up to a migration when one is named',
      "appliquer ce qui est en attente, jusqu'à une migration s'il en est nommé une",
    ),
    load: async () => (await import('../commands/db/migrations/apply.ts')).dbMigrationsApplyCommand,
  },
  {
    words: ['db', 'migrations', 'revert'],
    options: {
      steps: {
        type: 'string',
        value: 'N',
        summary: say('migrations-steps', 'how many (default 1)', 'combien (par défaut 1)'),
      },
      ...acts,
    },
    summary: say(
      'migrations-revert',
      'take back the migrations that were applied last',
      'annuler les dernières migrations appliquées',
    ),
    load: async () => (await import('../commands/db/migrations/revert.ts')).dbMigrationsRevertCommand,
  },
  {
    words: ['db', 'migrations', 'review'],
    positionals: 'FILE...',
    minPositionals: 1,
    maxPositionals: 1000,
    summary: say(
      'migrations-review',
      'what the SQL of files locks, rewrites or loses, and the safer way',
      'ce que le SQL de fichiers verrouille, réécrit ou perd, et la façon plus sûre',
    ),
    load: async () => (await import('../commands/db/migrations/review.ts')).dbMigrationsReviewCommand,
  },
]
