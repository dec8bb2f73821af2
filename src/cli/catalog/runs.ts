import type { CommandLine } from '../command.ts'
import { say } from './say.ts'
import { by, consent, severity } from './shared-options.ts'

export const runsCommands: readonly CommandLine[] = [
  {
    words: ['run'],
    positionals: 'ROUTINE|COMPONENT|STEP...',
    minPositionals: 1,
    maxPositionals: 1000,
    options: {
      ...consent,
      severity: {
        ...severity,
        summary: say(
          'run-severity',
          'exit 1 at open findings from this level on (default high)',
          'sortir en 1 dès ce niveau de constat ouvert (par défaut high)',
        ),
      },
    },
    summary: say('run', 'run a routine, or any steps', 'exécuter une routine, ou des étapes'),
    load: async () => (await import('../commands/run.ts')).runCommand,
  },
  {
    words: ['approve'],
    positionals: 'PLAN',
    minPositionals: 1,
    maxPositionals: 1,
    options: { by, severity },
    summary: say(
      'approve-plan',
      'approve a plan that was shown, and carry it out',
      'approuver un plan affiché, et l’exécuter',
    ),
    load: async () => (await import('../commands/approve.ts')).approveCommand,
  },
  {
    words: ['sign'],
    positionals: 'STEP',
    minPositionals: 1,
    maxPositionals: 1,
    options: {
      by: { ...by, summary: say('sign-by', 'who did it', "qui l'a fait") },
      note: { type: 'string', value: 'TEXT', summary: say('note', 'what was seen', 'ce qui a été constaté') },
    },
    summary: say('sign', 'sign an item that a person did', 'signer une tâche faite par une personne'),
    load: async () => (await import('../commands/sign.ts')).signCommand,
  },
  {
    words: ['runs', 'list'],
    summary: say('runs-list', 'the latest runs', 'les dernières exécutions'),
    load: async () => (await import('../commands/runs/list.ts')).runsListCommand,
  },
  {
    words: ['runs', 'show'],
    positionals: 'ID|latest',
    minPositionals: 1,
    maxPositionals: 1,
    options: {
      step: {
        type: 'string',
        value: 'STEP',
        summary: say('runs-step', 'one step with its evidence', 'une étape avec ses preuves'),
      },
    },
    summary: say('runs-show', 'one run, its steps and evidence', 'une exécution, ses étapes et ses preuves'),
    load: async () => (await import('../commands/runs/show.ts')).runsShowCommand,
  },
]
