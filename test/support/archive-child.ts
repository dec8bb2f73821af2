import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { retentionTask } from '../../src/integrations/postgres/tasks/retention.ts'
import { aComponent, testContext } from './context.ts'
import { ruleOf } from './retention.ts'

/** What `archive-child.ts <ArchiveLife as JSON>` does in one life: plans and does all that a rule says. */
export interface ArchiveLife {
  readonly url: string
  readonly dir: string
  readonly way: 'table' | 'parquet'
}

const { url, dir, way } = JSON.parse(process.argv[2] ?? '') as ArchiveLife
const rule = { age: 'created_at', keep: '180d', batch: 40, pause: 0 }
const retention =
  way === 'table'
    ? { rides: ruleOf({ ...rule, table: 'rides' }, { archive: 'archive.rides' }) }
    : { logs: ruleOf({ ...rule, table: 'logs' }, { parquet: './archive' }) }
const component = aComponent(postgresOptions.parse({ url, retention }))
const options = retentionTask.options.parse({})
const ctx = testContext({ timeoutMs: 120_000, baseDir: dir })
const actions = await retentionTask.plan(component, options, ctx)
process.stdout.write('acts\n')
for (const action of actions) {
  const outcome = await retentionTask.execute(action, component, options, ctx)
  if (outcome.status !== 'done') throw new Error(JSON.stringify(outcome))
}
await ctx.close()
