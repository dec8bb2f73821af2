import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createFormatter } from '../../../core/formatter.ts'
import { locales } from '../../../core/message.ts'
import { destroys, nothingKnown, type ReviewFacts, reviewSql } from './review-sql.ts'
import { rules } from './rules.ts'
import { type Warning, warningWords } from './warning.ts'

const timed: ReviewFacts = { ...nothingKnown, hasLockTimeout: true }
const inTransaction: ReviewFacts = { ...timed, isInTransaction: true }
const small: ReviewFacts = { ...timed, tableBytes: () => 8192 }
const server15: ReviewFacts = { ...timed, serverVersion: 150_004 }

const told = async (sql: string, facts: ReviewFacts = timed): Promise<string[]> =>
  (await reviewSql(sql, facts)).map(({ code, table }) => (table === '' ? code : `${code} ${table}`)).toSorted()

/** A statement on tables that were there before, and what must be said of it. */
const cases: readonly (readonly [sql: string, warnings: readonly string[], facts?: ReviewFacts])[] = [
  ['alter table t add column c int', []],
  ['alter table t add column c int not null default 0', []],
  ['alter table t add column c timestamptz default now()', []],
  ['alter table t add column c timestamptz default current_timestamp', []],
  ['alter table t add column c uuid default gen_random_uuid()', ['volatile-default t']],
  ['alter table t add column c timestamptz default clock_timestamp()', ['volatile-default t']],
  ['alter table t add column c text default lower(md5(random()::text))', ['volatile-default t']],
  ['alter table t add column c int default my_own_function()', ['volatile-default t']],
  ['alter table t add column c bigserial', ['volatile-default t']],
  ['alter table t add column c int generated always as identity', ['volatile-default t']],
  ['alter table t add column c int generated always as (a * 2) stored', ['volatile-default t']],
  ['alter table t add column c int generated always as (a * 2) virtual', []],
  ['alter table t add column c int not null', ['not-null-without-default t']],
  ['alter table t add column c int references o (id)', ['foreign-key-validates t']],
  ['alter table t add column c int unique', ['constraint-builds-index t']],
  ['alter table t add column c int check (c > 0)', ['check-validates t']],
  ['alter table t alter c set not null', ['set-not-null t']],
  [
    'alter table t add constraint n check (c is not null) not valid; alter table t validate constraint n; alter table t alter c set not null',
    ['several-alters t'],
  ],
  [
    'alter table t add constraint n check (d is not null) not valid; alter table t validate constraint n; alter table t alter c set not null',
    ['set-not-null t', 'several-alters t'],
  ],
  ['alter table t alter c type bigint', ['alter-type t']],
  ['alter table t alter c type varchar(20)', ['alter-type t']],
  ['alter table t alter c drop not null, alter d set default 7, alter e set statistics 100', []],
  ['alter table t add constraint f foreign key (a) references o (id)', ['foreign-key-validates t']],
  ['alter table t add constraint f foreign key (a) references o (id) not valid', []],
  ['alter table t validate constraint f', []],
  ['alter table t add constraint k check (a > 0)', ['check-validates t']],
  ['alter table t add constraint k check (a > 0) not valid', []],
  ['alter table t add primary key (id)', ['constraint-builds-index t']],
  ['alter table t add constraint u unique using index i', []],
  ['alter table t add constraint e exclude using gist (r with &&)', ['constraint-builds-index t']],
  ['alter table t drop column c', ['drop-column t']],
  ['alter table t drop constraint k', []],
  ['alter table t rename column a to b', ['rename t']],
  ['alter table t rename to u', ['rename t']],
  ['alter table t set schema other', ['rename t']],
  ['alter index i rename to j', []],
  ['alter table t set unlogged', ['rewrite t']],
  ['alter table t set tablespace fast', ['rewrite t']],
  ['alter table t attach partition p for values from (1) to (2)', ['attach-partition p']],
  ['alter table t detach partition p', ['detach-partition t']],
  ['alter table t detach partition p concurrently', []],
  ['alter table t detach partition p concurrently', ['concurrently-in-transaction t'], inTransaction],
  ['alter table t owner to app, enable row level security', []],
  ['create index i on t (a)', ['index-locks-writes t']],
  ['create index concurrently i on t (a)', []],
  ['create index concurrently i on t (a)', ['concurrently-in-transaction t'], inTransaction],
  ['begin; create index concurrently i on t (a); commit', ['concurrently-in-transaction t']],
  ['begin; commit; create index concurrently i on t (a)', []],
  ['drop index i', ['drop-index-locks i']],
  ['drop index concurrently if exists s.i', []],
  ['reindex table t', ['reindex-locks t']],
  ['reindex (concurrently) table t', []],
  ['drop table t', ['drop t']],
  ['drop table if exists s.t cascade', ['drop s.t']],
  ['drop view v', []],
  ['drop view v cascade', ['drop v']],
  ['drop schema s cascade', ['drop s']],
  ['drop type mood', ['drop mood']],
  ['truncate t, o', ['truncate o', 'truncate t']],
  ['delete from t', ['delete-all t']],
  ['delete from t where a = 1', ['delete t']],
  ['update t set a = 1', ['update-all t']],
  ['update t set a = 1 where b = 2', []],
  ['with gone as (delete from t returning *) insert into o select * from gone', ['delete t']],
  ['insert into t values (1)', []],
  ['select 1', []],
  ['vacuum full t', ['vacuum-full t']],
  ['vacuum (full off) t', []],
  ['vacuum t', ['concurrently-in-transaction t'], inTransaction],
  ['analyze t', []],
  ['cluster t using i', ['vacuum-full t']],
  ['lock table t in share mode', ['lock-table t']],
  ['refresh materialized view v', ['refresh-locks v']],
  ['refresh materialized view concurrently v', []],
  ["alter type mood add value 'fine'", []],
  ['create table t (id int primary key); create index i on t (id); alter table t add check (id > 0); drop table t', []],
  ['create table if not exists t (id int); create index i on t (id)', ['index-locks-writes t']],
  ['create table t as select 1 as a; create index i on t (a)', []],
  ['alter table t add a int; alter table t add b int', ['several-alters t']],
  ["do $$ begin execute 'drop table t'; end $$", ['not-told']],
  ['call tidy_up()', ['not-told']],
  ['merge into t using o on t.id = o.id when matched then delete', ['not-told']],
  ['this is no SQL at all', ['not-told']],
  ['create index i on t (a', ['not-told']],
  ['', []],
  ['-- only a comment', []],
  ['alter table "Odd ""Name; drop table x; --" drop column c', ['drop-column Odd "Name; drop table x; --']],
  ['create index i on t (a)', [], small],
  ['alter table t alter c set not null, alter d type bigint', [], small],
  ['drop table t', ['drop t'], small],
  ['alter table t drop column c', ['drop-column t'], small],
  ['create unique index concurrently i on t (a) nulls not distinct', [], server15],
  ['alter table t add constraint n not null c not valid', ['newer-syntax'], server15],
  ['alter table t add column c int generated always as (a) virtual', ['newer-syntax'], server15],
  ['alter table t detach partition p concurrently', [], server15],
  ['alter table t add constraint f foreign key (a) references o (id) not valid', [], server15],
  ['create index i on t (a)', ['index-locks-writes t', 'no-lock-timeout'], nothingKnown],
  ["set lock_timeout = '2s'; create index i on t (a)", ['index-locks-writes t'], nothingKnown],
  ['set lock_timeout = 0; create index i on t (a)', ['index-locks-writes t', 'no-lock-timeout'], nothingKnown],
  ['alter table t add column c int', ['no-lock-timeout'], nothingKnown],
  ['create table t (id int); create index i on t (id)', [], nothingKnown],
]

describe('the review of a migration', () => {
  for (const [sql, warnings, facts] of cases) {
    it(`of "${sql.slice(0, 90)}" says ${warnings.join(', ') || 'nothing'}`, async () => {
      assert.deepEqual(await told(sql, facts), [...warnings].toSorted())
    })
  }

  it('tries every rule that there is', () => {
    const tried = new Set(cases.flatMap(([, warnings]) => warnings.map((one) => one.split(' ')[0])))
    assert.deepEqual(
      Object.keys(rules).filter((code) => !tried.has(code)),
      [],
    )
  })

  it('asks for an approval of what is lost, and of what could not be told', async () => {
    for (const sql of [
      'drop table t',
      'alter table t drop column c',
      'truncate t',
      'delete from t',
      'nonsense',
      'do $$ $$',
    ])
      assert.ok(destroys(await reviewSql(sql, small)), sql)
    for (const sql of ['create index i on t (a)', 'alter table t rename to u', 'update t set a = 1', ''])
      assert.ok(!destroys(await reviewSql(sql, small)), sql)
  })

  it('gives every warning its words in both languages, with a safer way', () => {
    for (const locale of locales) {
      for (const code of Object.keys(rules) as Warning['code'][]) {
        const text = warningWords({ code, table: 't', bytes: null, detail: 'x' }, createFormatter(locale))
        assert.match(text, locale === 'en' ? /^t.*: .+ \(x\)\. Safer: .+/ : /^t.* : .+ \(x\)\. Plus sûr : .+/)
      }
    }
  })

  it('never calls a script safe that drops a table, whatever stands around it', async () => {
    const around = fc.array(
      fc.constantFrom('select 1', 'begin', 'commit', 'create table o (id int)', "set lock_timeout = '1s'"),
      {
        maxLength: 5,
      },
    )
    await fc.assert(
      fc.asyncProperty(around, around, fc.constantFrom('t', '"T"', 's."x;y"'), async (before, after, table) => {
        const warnings = await reviewSql([...before, `drop table ${table}`, ...after].join(';\n'), small)
        assert.ok(destroys(warnings))
      }),
    )
  })

  it('ends with an answer on any text at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
        assert.ok(Array.isArray(await reviewSql(text, timed)))
      }),
    )
  })
})
