import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { backupTexts, postgresBackup } from './backup/postgres-backup.ts'
import { archiverCheck } from './checks/archiver.ts'
import { autovacuumCheck } from './checks/autovacuum.ts'
import { bloatCheck } from './checks/bloat.ts'
import { blockingCheck } from './checks/blocking.ts'
import { changesCheck } from './checks/changes.ts'
import { checksumsCheck } from './checks/checksums.ts'
import { connectionsCheck } from './checks/connections.ts'
import { consistencyCheck } from './checks/consistency.ts'
import { deadTuplesCheck } from './checks/dead-tuples.ts'
import { droppedIndexCheck } from './checks/dropped-index.ts'
import { duplicateIndexCheck } from './checks/duplicate-index.ts'
import { idleInTransactionCheck } from './checks/idle-in-transaction.ts'
import { invalidIndexCheck } from './checks/invalid-index.ts'
import { longStatementsCheck } from './checks/long-statements.ts'
import { missingForeignKeyIndexCheck } from './checks/missing-foreign-key-index.ts'
import { overlappingIndexCheck } from './checks/overlapping-index.ts'
import { reachableCheck } from './checks/reachable.ts'
import { replicationCheck } from './checks/replication.ts'
import { sequencesCheck } from './checks/sequences.ts'
import { sequentialScansCheck } from './checks/sequential-scans.ts'
import { statementsCheck } from './checks/statements.ts'
import { tableSizesCheck } from './checks/table-sizes.ts'
import { transactionIdAgeCheck } from './checks/transaction-id-age.ts'
import { unusedIndexCheck } from './checks/unused-index.ts'
import { vacuumCheck } from './checks/vacuum.ts'
import { versionCheck } from './checks/version.ts'
import { sqlCollector } from './collectors/sql.ts'
import { addressOf } from './connection/address.ts'
import { postgresRows, rowsTexts } from './connection/rows.ts'
import { ruleTexts } from './consistency/rule.ts'
import { dataFolders } from './data-folders.ts'
import { databaseTexts, postgresDatabase } from './database.ts'
import { postgresOptions } from './options.ts'
import { cancelTask } from './tasks/cancel.ts'
import { createIndexTask } from './tasks/create-index.ts'
import { dropIndexTask } from './tasks/drop-index.ts'
import { endIdleTask } from './tasks/end-idle.ts'
import { maintainTask } from './tasks/maintain.ts'
import { recreateIndexTask } from './tasks/recreate-index.ts'
import { reindexTask } from './tasks/reindex.ts'
import { retentionTask } from './tasks/retention.ts'
import { terminateTask } from './tasks/terminate.ts'

export const postgresComponent = defineComponent({
  kind: 'postgres',
  summary: message('postgres.summary', { en: () => 'a PostgreSQL database', fr: () => 'une base PostgreSQL' }),
  options: postgresOptions,
  checks: [
    reachableCheck,
    versionCheck,
    connectionsCheck,
    longStatementsCheck,
    idleInTransactionCheck,
    blockingCheck,
    vacuumCheck,
    deadTuplesCheck,
    transactionIdAgeCheck,
    unusedIndexCheck,
    duplicateIndexCheck,
    overlappingIndexCheck,
    invalidIndexCheck,
    missingForeignKeyIndexCheck,
    sequentialScansCheck,
    droppedIndexCheck,
    tableSizesCheck,
    bloatCheck,
    autovacuumCheck,
    statementsCheck,
    sequencesCheck,
    checksumsCheck,
    archiverCheck,
    replicationCheck,
    changesCheck,
    consistencyCheck,
  ],
  tasks: [
    createIndexTask,
    dropIndexTask,
    recreateIndexTask,
    cancelTask,
    terminateTask,
    endIdleTask,
    maintainTask,
    reindexTask,
    retentionTask,
  ],
  collectors: [sqlCollector],
  identity: ({ url }) => {
    if (typeof url !== 'string') return JSON.stringify(url)
    const address = addressOf(url)
    return address === undefined ? 'unreadable url' : `${address.host}:${address.port}/${address.database}`
  },
  abilities: (options) => ({
    protectedPaths: (ctx) => dataFolders(options, ctx),
    database: postgresDatabase(options),
    rows: postgresRows(options),
    backup: postgresBackup(options),
  }),
  messages: [...databaseTexts, ...ruleTexts, ...rowsTexts, ...backupTexts],
})
