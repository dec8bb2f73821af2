import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { aComponent, type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { checkOf, connect, kindsByDefault } from '../../../../test/support/postgres-checks.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { toldAtMost } from '../told-findings.ts'

const tableCount = 20_000
const atOnce = 1000
/** Each of them has passed the trigger of its analyze. */
const changedTables = 5500
/** One in so many refers to the table before it, and has two indexes that are the same. */
const linkedEvery = 10

describe(`${tableCount} tables with more than as many indexes`, () => {
  let server: PostgresServer
  const snapshots: KeptSnapshots = new Map()
  const verdicts = new Map<string, { readonly verdict: Verdict; readonly said: string }>()

  before(async () => {
    const quick = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }
    // No autovacuum: the server knows nothing of its own catalogs, as after a restore.
    server = await startPostgres({ settings: { ...quick, autovacuum: 'off', max_locks_per_transaction: '2000' } })
    const clients = await Promise.all([connect(server.url()), connect(server.url())])
    const starts = Array.from({ length: tableCount / atOnce }, (_, at) => at * atOnce)
    const seed = async (client: (typeof clients)[number]): Promise<void> => {
      for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
        await client.query(`do $$ begin for n in ${from + 1}..${from + atOnce} loop
          execute format('create table t%s (id int primary key, a int)', n);
          execute format('create index t%1$s_a on t%1$s (a)', n);
          if n % ${linkedEvery} = 0 then
            execute format('create index t%1$s_a_too on t%1$s (a); alter table t%1$s add foreign key (a) references t%2$s', n, n - 1);
          end if;
          if n <= ${changedTables} then execute format('insert into t%s select g from generate_series(1, 51) g', n); end if;
        end loop; end $$`)
      }
    }
    await Promise.all(clients.map(seed))
    await Promise.all(clients.map((client) => client.end()))
    // One run asks them all. The machine of a test is slower than the question may be, and nothing here may be quadratic.
    const ctx = testContext({ snapshots })
    const component = aComponent(postgresOptions.parse({ url: server.url(), statementTimeout: '20s' }))
    try {
      for (const kind of kindsByDefault()) {
        const check = checkOf(kind)
        const options = check.options.parse({})
        const verdict = check.judge(await check.probe(component, options, ctx), options)
        const renderer = createRenderer(messageMap(check.messages), createFormatter('en'))
        const said = verdict.reason === undefined ? '' : renderer.render(verdict.reason)
        verdicts.set(kind, { verdict, said })
      }
    } finally {
      await ctx.close()
    }
  })
  after(() => server.stop())

  const verdictOf = (kind: string): { readonly verdict: Verdict; readonly said: string } =>
    verdicts.get(kind) ?? assert.fail(kind)

  it('are judged by every check, in time and with few findings', () => {
    assert.ok(verdicts.size >= 20)
    for (const [kind, { verdict, said }] of verdicts) {
      assert.doesNotMatch(said, /timeout|the question failed/, kind)
      const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
      assert.ok(findings.length <= toldAtMost + 2, `${kind}: ${findings.length}`)
    }
    for (const kind of ['postgres-vacuum', 'postgres-dead-tuples', 'postgres-table-sizes', 'postgres-bloat']) {
      const { verdict, said } = verdictOf(kind)
      assert.ok(verdict.status === 'pass' && verdict.saw === tableCount, `${kind}: ${said}`)
    }
    const keys = verdictOf('postgres-missing-foreign-key-index').verdict
    assert.ok(keys.status === 'pass' && keys.saw === tableCount / linkedEvery)
  })

  it('have the history of the largest kept, and it is said of how many', () => {
    assert.match(verdictOf('postgres-table-sizes').said, /history of the largest 5,000/)
    const [kept] = [...(snapshots.get('table-sizes')?.values() ?? [])]
    assert.equal(Object.keys((kept as { tables: object }).tables).length, 5000)
  })

  it('that wait for autovacuum are all counted, the worst named, and none of the others is called done', () => {
    const { verdict, said } = verdictOf('postgres-autovacuum')
    assert.ok(verdict.status === 'warn' && verdict.saw === tableCount)
    assert.match(said, /5,500 tables wait/)
    assert.equal(verdict.findings?.length, toldAtMost + 1)
    assert.equal(verdict.measurements?.['due_tables'], changedTables)
    assert.ok((verdict.covers?.length ?? tableCount) <= toldAtMost + 2)
  })

  it('with the same fault in many name some and count the others, which an earlier look may have named', () => {
    const { verdict } = verdictOf('postgres-duplicate-index')
    const doubled = tableCount / linkedEvery
    assert.ok(verdict.status === 'warn')
    assert.equal(verdict.measurements?.['duplicate_indexes'], doubled)
    const more = verdict.findings?.at(-1)
    assert.deepEqual([more?.subject, more?.title.params], ['more', { count: doubled - toldAtMost }])
    const named = new Set(verdict.findings?.map(({ subject }) => subject))
    const untold = Array.from({ length: doubled }, (_, at) => `public.t${(at + 1) * linkedEvery}_a_too`)
    const covers = new Set(verdict.covers)
    assert.ok(covers.has('public.t1_a'))
    for (const subject of untold) assert.ok(named.has(subject) || !covers.has(subject), subject)
  })
})
