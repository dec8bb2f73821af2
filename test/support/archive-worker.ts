import { archiveDays } from '../../src/metrics/archive.ts'
import { createHistoryProcess } from '../../src/metrics/history/history-process.ts'
import { openSqliteStore } from '../../src/store/open-sqlite.ts'

/** A daemon that does nothing but bring days into the history: `archive-worker.ts <state> <history> <now>`. */
const [state = '', root = '', now = '0'] = process.argv.slice(2)
const store = await openSqliteStore(state)
const history = createHistoryProcess()
process.stdout.write('ready\n')
await archiveDays({ series: store.series, process: history, root }, Number(now))
await history.close()
await store.close()
process.stdout.write('done\n')
