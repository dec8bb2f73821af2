import type { CommandLine } from '../command.ts'
import { say } from './say.ts'
import { by } from './shared-options.ts'

export const channelsCommands: readonly CommandLine[] = [
  {
    words: ['channels', 'list'],
    summary: say(
      'channels-list',
      'ways to tell people: when each was proved, and what waits',
      'les moyens de prévenir : quand chacun a été prouvé, et ce qui attend',
    ),
    load: async () => (await import('../commands/channels/list.ts')).channelsListCommand,
  },
  {
    words: ['channels', 'test'],
    positionals: '[NAME]',
    maxPositionals: 1,
    options: { by },
    summary: say(
      'channels-test',
      'send a test now, and say whether it arrived',
      "envoyer un message d'essai maintenant, et dire s'il est arrivé",
    ),
    load: async () => (await import('../commands/channels/test.ts')).channelsTestCommand,
  },
]
