import {
  alertsAckOutput,
  alertsListOutput,
  alertsSilenceOutput,
  alertsTestOutput,
  alertsUnsilenceOutput,
} from './json-shapes/alerts.ts'
import { auditListOutput, auditVerifyOutput } from './json-shapes/audit.ts'
import { backupsDrillOutput, backupsListOutput, backupsVerifyOutput } from './json-shapes/backups.ts'
import { channelsListOutput, channelsTestOutput } from './json-shapes/channels.ts'
import { configOutput } from './json-shapes/config.ts'
import { dbActivityOutput, dbBloatOutput, dbLocksOutput, dbTablesOutput } from './json-shapes/db.ts'
import { dbIndexesOutput } from './json-shapes/db-indexes.ts'
import { dbMigrationsOutput, dbMigrationsReviewOutput } from './json-shapes/db-migrations.ts'
import { dbQueriesExplainOutput, dbQueriesOutput } from './json-shapes/db-queries.ts'
import { doctorOutput } from './json-shapes/doctor.ts'
import { errorOutput } from './json-shapes/error.ts'
import { exportPrometheusOutput } from './json-shapes/export.ts'
import { findingOutput, findingsOutput } from './json-shapes/findings.ts'
import { heartbeatsOutput } from './json-shapes/heartbeats.ts'
import { initOutput } from './json-shapes/init.ts'
import { metricsQueryOutput } from './json-shapes/metrics.ts'
import { runDetailOutput, runOutput, runsOutput } from './json-shapes/runs.ts'
import { signOffOutput } from './json-shapes/sign-off.ts'
import { statusOutput } from './json-shapes/status.ts'

/** The published shapes of every `--json` output, by the name of the schema. More keys may be added, none renamed. */
export const jsonShapes = {
  run: runOutput,
  'runs-list': runsOutput,
  'runs-show': runDetailOutput,
  'findings-list': findingsOutput,
  'findings-show': findingOutput,
  status: statusOutput,
  sign: signOffOutput,
  'audit-list': auditListOutput,
  'audit-verify': auditVerifyOutput,
  'config-explain': configOutput,
  'heartbeats-list': heartbeatsOutput,
  'metrics-query': metricsQueryOutput,
  'export-prometheus': exportPrometheusOutput,
  'alerts-list': alertsListOutput,
  'alerts-ack': alertsAckOutput,
  'alerts-silence': alertsSilenceOutput,
  'alerts-unsilence': alertsUnsilenceOutput,
  'alerts-test': alertsTestOutput,
  'channels-list': channelsListOutput,
  'channels-test': channelsTestOutput,
  'db-activity': dbActivityOutput,
  'db-locks': dbLocksOutput,
  'db-bloat': dbBloatOutput,
  'db-indexes': dbIndexesOutput,
  'db-tables': dbTablesOutput,
  'db-migrations-status': dbMigrationsOutput,
  'db-migrations-review': dbMigrationsReviewOutput,
  'db-queries': dbQueriesOutput,
  'db-queries-explain': dbQueriesExplainOutput,
  'backups-list': backupsListOutput,
  'backups-drill': backupsDrillOutput,
  'backups-verify': backupsVerifyOutput,
  doctor: doctorOutput,
  init: initOutput,
  error: errorOutput,
} as const
