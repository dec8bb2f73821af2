import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const metricsCommands: readonly CommandLine[] = [
  {
    words: ['metrics', 'query'],
    positionals: '[NAME]',
    maxPositionals: 1,
    options: {
      labels: {
        type: 'string',
        multiple: true,
        value: 'NAME=VALUE',
        summary: say(
          'metrics-labels',
          'a label it must have; may be repeated',
          'une étiquette exigée ; peut être répété',
        ),
      },
      since: {
        type: 'string',
        value: 'SPAN',
        summary: say('metrics-since', 'how far back (default 1h)', "jusqu'où remonter (par défaut 1h)"),
      },
      step: {
        type: 'string',
        value: 'SPAN',
        summary: say('metrics-step', 'one point for each of these', 'un point par intervalle'),
      },
    },
    summary: say(
      'metrics-query',
      'a number over time; without a name, what is measured',
      'un nombre dans le temps ; sans nom, ce qui est mesuré',
    ),
    load: async () => (await import('../commands/metrics/query.ts')).metricsQueryCommand,
  },
]
