import type { CommandLine } from '../command.ts'
import { say } from './say.ts'
import { by, severity } from './shared-options.ts'

export const findingsCommands: readonly CommandLine[] = [
  {
    words: ['findings', 'list'],
    options: {
      all: { type: 'boolean', summary: say('findings-all', 'fixed ones too', 'aussi ceux qui sont corrigés') },
      state: {
        type: 'string',
        value: 'STATE',
        summary: say('findings-state', 'open, accepted or fixed', 'open, accepted ou fixed'),
      },
      severity,
    },
    summary: say('findings-list', 'what is to put right, the worst first', 'ce qui est à corriger, le pire en premier'),
    load: async () => (await import('../commands/findings/list.ts')).findingsListCommand,
  },
  {
    words: ['findings', 'show'],
    positionals: 'FINGERPRINT',
    minPositionals: 1,
    maxPositionals: 1,
    summary: say('findings-show', 'one finding and its life', 'un constat et son histoire'),
    load: async () => (await import('../commands/findings/show.ts')).findingsShowCommand,
  },
  {
    words: ['findings', 'accept'],
    positionals: 'FINGERPRINT',
    minPositionals: 1,
    maxPositionals: 1,
    options: {
      until: {
        type: 'string',
        value: 'DAY',
        summary: say('until', 'the last day, at most 90 days ahead', 'le dernier jour, dans 90 jours au plus'),
      },
      reason: { type: 'string', value: 'TEXT', summary: say('reason', 'why it may stand', 'pourquoi il peut rester') },
      by,
    },
    summary: say('findings-accept', 'let a finding stand until a day', "laisser un constat jusqu'à une date"),
    load: async () => (await import('../commands/findings/accept.ts')).findingsAcceptCommand,
  },
  {
    words: ['findings', 'assign'],
    positionals: 'FINGERPRINT',
    minPositionals: 1,
    maxPositionals: 1,
    options: {
      owner: { type: 'string', value: 'NAME', summary: say('owner', 'who puts it right', 'qui le corrige') },
      due: { type: 'string', value: 'DAY', summary: say('due', 'by which day', 'avant quel jour') },
      by,
    },
    summary: say('findings-assign', 'give a finding an owner and a day', 'donner un responsable et une échéance'),
    load: async () => (await import('../commands/findings/assign.ts')).findingsAssignCommand,
  },
]
