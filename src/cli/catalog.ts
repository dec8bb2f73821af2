import { alertsCommands } from './catalog/alerts.ts'
import { auditCommands } from './catalog/audit.ts'
import { backupsCommands } from './catalog/backups.ts'
import { channelsCommands } from './catalog/channels.ts'
import { configCommands } from './catalog/config.ts'
import { dbCommands } from './catalog/db.ts'
import { dbMigrationsCommands } from './catalog/db-migrations.ts'
import { demoCommands } from './catalog/demo.ts'
import { exportCommands } from './catalog/export.ts'
import { findingsCommands } from './catalog/findings.ts'
import { globalOptions } from './catalog/global-options.ts'
import { heartbeatsCommands } from './catalog/heartbeats.ts'
import { metricsCommands } from './catalog/metrics.ts'
import { orphansCommands } from './catalog/orphans.ts'
import { runsCommands } from './catalog/runs.ts'
import { setUpCommands } from './catalog/set-up.ts'
import { statusCommands } from './catalog/status.ts'
import { watchCommands } from './catalog/watch.ts'
import type { CommandLine } from './command.ts'

/** Every command: its words, options and summary. A command's own file is loaded when it is called. */
export const commandCatalog: readonly CommandLine[] = [
  ...setUpCommands,
  ...statusCommands,
  ...runsCommands,
  ...findingsCommands,
  ...configCommands,
  ...auditCommands,
  ...metricsCommands,
  ...alertsCommands,
  ...channelsCommands,
  ...heartbeatsCommands,
  ...dbCommands,
  ...dbMigrationsCommands,
  ...orphansCommands,
  ...backupsCommands,
  ...watchCommands,
  ...exportCommands,
  ...demoCommands,
]

export const helpTexts = [
  ...Object.values(globalOptions).map(({ summary }) => summary),
  ...commandCatalog.flatMap(({ summary, options }) => [
    summary,
    ...Object.values(options ?? {}).map((option) => option.summary),
  ]),
]
