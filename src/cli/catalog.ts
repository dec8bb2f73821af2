import { message } from '../core/message.ts'
import type { CommandLine, OptionSpec } from './command.ts'

const say = (code: string, en: string, fr: string): CommandLine['summary'] =>
  message(`cli.help.${code}`, { en: () => en, fr: () => fr })

const by: OptionSpec = {
  type: 'string',
  value: 'NAME',
  summary: say('by', 'who does it (default: your login)', 'qui agit (par défaut : votre identifiant)'),
}
const severity: OptionSpec = {
  type: 'string',
  value: 'LEVEL',
  summary: say('severity', 'low, medium, high or critical', 'low, medium, high ou critical'),
}

const limit: OptionSpec = {
  type: 'string',
  value: 'N',
  summary: say('limit', 'how many (default 50)', 'combien (par défaut 50)'),
}

/** Options that every command takes. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
  config: {
    type: 'string',
    short: 'c',
    multiple: true,
    value: 'FILE',
    summary: say(
      'config',
      'the config file, or its folder; may be repeated',
      'le fichier de configuration, ou son dossier ; peut être répété',
    ),
  },
  data: {
    type: 'string',
    value: 'DIR',
    summary: say(
      'data',
      'where the state is kept (default: .vigie beside the config)',
      "où l'état est gardé (par défaut : .vigie à côté de la configuration)",
    ),
  },
  json: {
    type: 'boolean',
    summary: say('json', 'data for programs on standard output', 'données pour programmes sur la sortie standard'),
  },
  quiet: {
    type: 'boolean',
    short: 'q',
    summary: say('quiet', 'only the exit code and errors', 'seulement le code de sortie et les erreurs'),
  },
  'no-color': {
    type: 'boolean',
    summary: say('no-color', 'words instead of signs and colours', 'des mots au lieu de signes et de couleurs'),
  },
  locale: { type: 'string', value: 'fr|en', summary: say('locale', 'the language of texts', 'la langue des textes') },
  help: { type: 'boolean', short: 'h', summary: say('help', 'this help', 'cette aide') },
  version: { type: 'boolean', short: 'v', summary: say('version', 'the version', 'la version') },
}

/** Every command: its words, options and summary. A command's own file is loaded when it is called. */
export const commandCatalog: readonly CommandLine[] = [
  {
    words: ['init'],
    maxPositionals: 1,
    positionals: '[DIR]',
    options: {
      force: {
        type: 'boolean',
        summary: say('force', 'write over a config that is there', 'remplacer une configuration existante'),
      },
    },
    summary: say(
      'init',
      'look around and write a vigie.config.ts that runs as it is',
      'regarder autour et écrire un vigie.config.ts utilisable tel quel',
    ),
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    words: ['doctor'],
    summary: say('doctor', 'is everything there that Vigie needs?', 'tout ce dont Vigie a besoin est-il là ?'),
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    words: ['status'],
    summary: say('status', 'where every system and step stands', 'où en est chaque système et chaque étape'),
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    words: ['run'],
    positionals: 'ROUTINE|COMPONENT|STEP...',
    minPositionals: 1,
    maxPositionals: 1000,
    options: {
      'dry-run': {
        type: 'boolean',
        summary: say(
          'dry-run',
          'show what would be done, and its plan id',
          'montrer ce qui serait fait, et le numéro du plan',
        ),
      },
      yes: {
        type: 'boolean',
        short: 'y',
        summary: say(
          'yes',
          'consent to change and disrupt, never to destroy',
          'accepter modification et perturbation, jamais la destruction',
        ),
      },
      approve: {
        type: 'string',
        value: 'PLAN',
        summary: say(
          'approve',
          'do what this plan showed, and nothing else',
          'faire ce que ce plan a montré, et rien d’autre',
        ),
      },
      severity: {
        ...severity,
        summary: say(
          'run-severity',
          'exit 1 at open findings from this level on (default high)',
          'sortir en 1 dès ce niveau de constat ouvert (par défaut high)',
        ),
      },
      by,
    },
    summary: say('run', 'run a routine, or any steps', 'exécuter une routine, ou des étapes'),
    load: async () => (await import('./commands/run.ts')).runCommand,
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
    load: async () => (await import('./commands/approve.ts')).approveCommand,
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
    load: async () => (await import('./commands/sign.ts')).signCommand,
  },
  {
    words: ['runs', 'list'],
    summary: say('runs-list', 'the latest runs', 'les dernières exécutions'),
    load: async () => (await import('./commands/runs/list.ts')).runsListCommand,
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
    load: async () => (await import('./commands/runs/show.ts')).runsShowCommand,
  },
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
    load: async () => (await import('./commands/findings/list.ts')).findingsListCommand,
  },
  {
    words: ['findings', 'show'],
    positionals: 'FINGERPRINT',
    minPositionals: 1,
    maxPositionals: 1,
    summary: say('findings-show', 'one finding and its life', 'un constat et son histoire'),
    load: async () => (await import('./commands/findings/show.ts')).findingsShowCommand,
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
    load: async () => (await import('./commands/findings/accept.ts')).findingsAcceptCommand,
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
    load: async () => (await import('./commands/findings/assign.ts')).findingsAssignCommand,
  },
  {
    words: ['config', 'explain'],
    positionals: '[PATH]',
    maxPositionals: 1,
    summary: say('config-explain', 'every value and where it came from', 'chaque valeur et sa provenance'),
    load: async () => (await import('./commands/config/explain.ts')).configExplainCommand,
  },
  {
    words: ['config', 'schema'],
    summary: say(
      'config-schema',
      'the JSON schema of a config, for editors',
      "le schéma JSON d'une configuration, pour les éditeurs",
    ),
    load: async () => (await import('./commands/config/schema.ts')).configSchemaCommand,
  },
  {
    words: ['audit', 'list'],
    options: {
      limit,
    },
    summary: say('audit-list', 'who did what, the newest entries', 'qui a fait quoi, les dernières entrées'),
    load: async () => (await import('./commands/audit/list.ts')).auditListCommand,
  },
  {
    words: ['audit', 'verify'],
    summary: say('audit-verify', 'was the record altered or cut?', "l'historique a-t-il été modifié ou coupé ?"),
    load: async () => (await import('./commands/audit/verify.ts')).auditVerifyCommand,
  },
  {
    words: ['metrics', 'query'],
    positionals: '[NAME]',
    maxPositionals: 1,
    options: {
      labels: {
        type: 'string',
        multiple: true,
        value: 'NAME=VALUE',
        summary: say('metrics-labels', 'a label it must have; may be repeated', 'un label exigé ; peut être répété'),
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
    load: async () => (await import('./commands/metrics/query.ts')).metricsQueryCommand,
  },
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
    load: async () => (await import('./commands/alerts/list.ts')).alertsListCommand,
  },
  {
    words: ['alerts', 'ack'],
    positionals: 'ID',
    minPositionals: 1,
    maxPositionals: 1,
    options: { by: { ...by, summary: say('ack-by', 'who takes it', "qui s'en charge") } },
    summary: say('alerts-ack', 'take an alert: nobody else is called for it', 'prendre une alerte en charge'),
    load: async () => (await import('./commands/alerts/ack.ts')).alertsAckCommand,
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
          'seulement les alertes de cette règle, étape, de ce battement ou de cette routine',
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
    summary: say('alerts-silence', 'be quiet about something for a time', 'se taire sur un sujet pour un temps'),
    load: async () => (await import('./commands/alerts/silence.ts')).alertsSilenceCommand,
  },
  {
    words: ['alerts', 'unsilence'],
    positionals: 'ID',
    minPositionals: 1,
    maxPositionals: 1,
    options: { by },
    summary: say('alerts-unsilence', 'end a silence before its time', 'mettre fin à un silence avant son terme'),
    load: async () => (await import('./commands/alerts/unsilence.ts')).alertsUnsilenceCommand,
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
    load: async () => (await import('./commands/alerts/test.ts')).alertsTestCommand,
  },
  {
    words: ['channels', 'list'],
    summary: say(
      'channels-list',
      'ways to tell people: when each was proved, and what waits',
      'les moyens de prévenir : quand chacun a été prouvé, et ce qui attend',
    ),
    load: async () => (await import('./commands/channels/list.ts')).channelsListCommand,
  },
  {
    words: ['channels', 'test'],
    positionals: '[NAME]',
    maxPositionals: 1,
    options: { by },
    summary: say(
      'channels-test',
      'send a test now, and say whether it arrived',
      "envoyer un essai maintenant, et dire s'il est arrivé",
    ),
    load: async () => (await import('./commands/channels/test.ts')).channelsTestCommand,
  },
  {
    words: ['heartbeats', 'list'],
    options: {
      'show-keys': {
        type: 'boolean',
        summary: say('show-keys', 'ping addresses with their keys', 'les adresses avec leurs clés'),
      },
    },
    summary: say(
      'heartbeats-list',
      'jobs that run elsewhere: how each stands, and where it pings',
      'les travaux exécutés ailleurs : où en est chacun, et son adresse',
    ),
    load: async () => (await import('./commands/heartbeats/list.ts')).heartbeatsListCommand,
  },
  {
    words: ['wrap'],
    positionals: '[--heartbeat NAME|--url URL] -- COMMAND...',
    maxPositionals: 100_000,
    options: {
      heartbeat: {
        type: 'string',
        value: 'NAME',
        summary: say(
          'wrap-heartbeat',
          'the heartbeat of the config to ping',
          'le battement de la configuration à alimenter',
        ),
      },
      url: {
        type: 'string',
        value: 'URL',
        summary: say('wrap-url', 'the ping address (or VIGIE_PING_URL)', "l'adresse à contacter (ou VIGIE_PING_URL)"),
      },
    },
    summary: say(
      'wrap',
      'run a command and tell a heartbeat how it went; its exit code is passed on',
      'exécuter une commande et dire à un battement comment elle a fini ; son code de sortie est transmis',
    ),
    load: async () => (await import('./commands/wrap.ts')).wrapCommand,
  },
  {
    words: ['up'],
    options: {
      port: {
        type: 'string',
        value: 'PORT',
        summary: say('up-port', 'where it answers (default: 8470)', 'où elle répond (par défaut : 8470)'),
      },
      host: {
        type: 'string',
        value: 'ADDRESS',
        summary: say(
          'up-host',
          'the address it listens on (default: 127.0.0.1)',
          "l'adresse d'écoute (par défaut : 127.0.0.1)",
        ),
      },
    },
    summary: say('up', 'watch, day and night, until it is stopped', "veiller, jour et nuit, jusqu'à l'arrêt"),
    load: async () => (await import('./commands/up.ts')).upCommand,
  },
  {
    words: ['export', 'prometheus'],
    options: {
      out: {
        type: 'string',
        value: 'DIR',
        summary: say('export-out', 'the folder to write to', "le dossier où l'écrire"),
      },
      force: {
        type: 'boolean',
        summary: say(
          'export-force',
          'write over files that are not its own',
          'remplacer aussi des fichiers qui ne viennent pas de lui',
        ),
      },
    },
    summary: say(
      'export-prometheus',
      'the same watch for Prometheus, Alertmanager and Grafana',
      'la même veille pour Prometheus, Alertmanager et Grafana',
    ),
    load: async () => (await import('./commands/export/prometheus.ts')).exportPrometheusCommand,
  },
  {
    words: ['demo'],
    options: {
      healthy: { type: 'boolean', summary: say('healthy', 'without the planted faults', 'sans les défauts plantés') },
      keep: {
        type: 'boolean',
        summary: say('keep', 'leave it up until Ctrl-C', 'le laisser en marche jusqu’à Ctrl-C'),
      },
    },
    summary: say(
      'demo',
      'see Vigie find what is wrong in a small real system',
      'voir Vigie trouver ce qui ne va pas dans un petit système réel',
    ),
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
]

export const helpTexts = [
  ...Object.values(globalOptions).map(({ summary }) => summary),
  ...commandCatalog.flatMap(({ summary, options }) => [
    summary,
    ...Object.values(options ?? {}).map((option) => option.summary),
  ]),
]
