import type { System } from '../config/system.ts'
import type { Secret } from '../core/secret.ts'
import { alertmanagerFile } from './alertmanager-file.ts'
import { composeFile, passwordPath } from './compose-file.ts'
import { databaseSecrets } from './database-secrets.ts'
import type { GeneratedFile, RevealOf, SecretFile } from './generated-file.ts'
import { grafanaFiles } from './grafana/dashboards.ts'
import { header } from './messages.ts'
import { monitoredOf } from './monitored.ts'
import { prometheusFile } from './prometheus-file.ts'
import { alertsFile, type LeftOut, seriesFile } from './rules-files.ts'
import { slugOf } from './slugs.ts'
import type { Say } from './words.ts'

/** All that an export writes, and what it could not say to Prometheus. */
export interface Export {
  readonly files: readonly GeneratedFile[]
  readonly secrets: readonly SecretFile[]
  readonly leftOut: readonly LeftOut[]
}

export interface ExportParts {
  readonly systems: readonly System[]
  readonly reveal: RevealOf
  /** What Alertmanager shows to Vigie. */
  readonly token: string
  readonly say: Say
}

export function exportFiles({ systems, reveal, token, say }: ExportParts): Export {
  const monitored = monitoredOf(systems)
  const alerts = systems.map((system) => ({ system, ...alertsFile(system, slugOf(system.name), say) }))
  const ruleFiles = [seriesFile(say), ...alerts.map(({ file }) => file)]
  const paths = ruleFiles.map(({ path }) => path)
  const prometheus = prometheusFile(monitored, paths, reveal, say)
  const told = alerts.map(({ system, rules }) => ({
    system,
    rules,
    reveal: (secret: Secret) => reveal(system, secret),
  }))
  const alertmanager = alertmanagerFile(told, token, say)
  const secrets = { prometheus: prometheus.secrets, alertmanager: alertmanager.secrets }
  const ofDatabases = monitored.databases.flatMap((one) => databaseSecrets(one, (secret) => reveal(one.system, secret)))
  const note = `# ${say(header({}))}\n`
  return {
    files: [
      prometheus.file,
      ...ruleFiles,
      alertmanager.file,
      ...grafanaFiles(say),
      composeFile(monitored, secrets, say),
      { path: '.gitignore', text: `${note}${passwordPath}\nsecrets/\n`, isOptional: true },
      { path: 'secrets/.gitignore', text: `${note}*\n` },
    ],
    secrets: [...prometheus.secrets, ...alertmanager.secrets, ...ofDatabases],
    leftOut: alerts.flatMap(({ leftOut }) => leftOut),
  }
}
