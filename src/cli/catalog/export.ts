import type { CommandLine } from '../command.ts'
import { say } from './say.ts'

export const exportCommands: readonly CommandLine[] = [
  {
    words: ['export', 'prometheus'],
    options: {
      out: {
        type: 'string',
        value: 'DIR',
        summary: say('export-out', 'the folder to write to', 'le dossier où écrire'),
      },
      force: {
        type: 'boolean',
        summary: say(
          'export-force',
          'also replace files that no export wrote',
          "remplacer aussi des fichiers qu'aucun export n'a écrits",
        ),
      },
    },
    summary: say(
      'export-prometheus',
      'the same watch for Prometheus, Alertmanager and Grafana',
      'la même veille pour Prometheus, Alertmanager et Grafana',
    ),
    load: async () => (await import('../commands/export/prometheus.ts')).exportPrometheusCommand,
  },
]
