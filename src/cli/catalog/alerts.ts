import type { CommandLine } from '../command.ts'
import { say } from './say.ts'
import { by, limit } from './shared-options.ts'

export const alertsCommands: readonly CommandLine[] = [
  {
    words: ['alerts', 'list'],
    options: {
      state: {
        type: 'string',
        value: 'STATE',
        summary: say(
          'alerts-state',
          'firing, pending or resolved (default: both that are open)',
          'firing, pending ou resolved (par défaut : les deux états ouverts)',
        ),
      },
      limit,
    },
    summary: say(
      'alerts-list',
      'what fires, the worst first: since when, who has it, what is silent',
      'ce qui alerte, le pire en premier : depuis quand, qui s’en charge, ce qui se tait',
    ),
    load: async () => (await import('../commands/alerts/list.ts')).alertsListCommand,
  },
  {
    words: ['alerts', 'ack'],
    positionals: 'ID',
    minPositionals: 1,
    maxPositionals: 1,
    options: { by: { ...by, summary: say('ack-by', 'who takes it', "qui s'en charge") } },
    summary: say('alerts-ack', 'take an alert: nobody else is called for it', 'prendre une alerte en charge'),
    load: async () => (await import('../commands/alerts/ack.ts')).alertsAckCommand,
  },
  {
    words: ['alerts', 'silence'],
    options: {
      component: {
        type: 'string',
        value: 'NAME',
        summary: say('silence-component', 'only alerts of this component', 'seulement les alertes de ce composant'),
      },
      rule: {
        type: 'string',
        value: 'RULE',
        summary: say(
          'silence-rule',
          'only alerts of this rule, step, heartbeat or routine',
          'seulement les alertes de cette règle, de cette étape, de ce battement ou de cette routine',
        ),
      },
      for: {
        type: 'string',
        value: 'SPAN',
        summary: say('silence-for', 'for how long, at most 30d', 'pour combien de temps, au plus 30d'),
      },
      reason: { type: 'string', value: 'TEXT', summary: say('silence-reason', 'why', 'pourquoi') },
      by,
    },
    summary: say('alerts-silence', 'keep alerts quiet for a time', 'suspendre des alertes pour un temps'),
    load: async () => (await import('../commands/alerts/silence.ts')).alertsSilenceCommand,
  },
  {
    words: ['alerts', 'unsilence'],
    positionals: 'ID',
    minPositionals: 1,
    maxPositionals: 1,
    options: { by },
    summary: say('alerts-unsilence', 'end a silence before its time', 'mettre fin à un silence avant son terme'),
    load: async () => (await import('../commands/alerts/unsilence.ts')).alertsUnsilenceCommand,
  },
  {
    words: ['alerts', 'test'],
    positionals: '[RULE]',
    maxPositionals: 1,
    options: {
      since: {
        type: 'string',
        value: 'SPAN',
        summary: say('alerts-since', 'how far back (default 24h)', "jusqu'où remonter (par défaut 24h)"),
      },
    },
    summary: say(
      'alerts-test',
      'when would a rule, or every rule, have fired over what was recorded?',
      'quand une règle, ou chacune, aurait-elle alerté sur ce qui est enregistré ?',
    ),
    load: async () => (await import('../commands/alerts/test.ts')).alertsTestCommand,
  },
]
