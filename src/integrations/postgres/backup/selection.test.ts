import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dumpArguments } from './dump-arguments.ts'
import type { Relation } from './relations.ts'
import { select } from './selection.ts'

const relation = (oid: string, name: string, more: Partial<Relation> = {}): Relation => ({
  ...{ oid, schema: 'public', name, kind: 'r', parents: [], isReadable: true, isHidden: false },
  ...{ value: null, isDescending: false, ...more },
})
const all = [
  relation('1', 'orders'),
  relation('2', 'events', { kind: 'p' }),
  relation('3', 'events_1', { parents: ['2'] }),
  relation('4', 'events_1_a', { parents: ['3'] }),
  relation('5', 'orders', { schema: 'old' }),
  relation('6', 'orders_id_seq', { kind: 'S', parents: ['1'] }),
  relation('7', 'old.orders', { schema: 'odd' }),
  relation('8', 'a view', { kind: 'v' }),
]
const none = { schemas: [], tables: [], exclude: [] }
const names = (oids: ReadonlySet<string>): readonly string[] => [...oids].toSorted()

describe('what of a database is copied', () => {
  it('is all of it when nothing is said', () => {
    const { relations, withoutRows, copied, unknown } = select(all, none)
    assert.deepEqual([relations, names(withoutRows), copied, unknown], [all, [], 'all', []])
    assert.deepEqual(dumpArguments(none, select(all, none), '0003-1', 18), [
      ...['--format=custom', '--compress=0', '--no-password', '--lock-wait-timeout=60000', '--snapshot=0003-1'],
    ])
  })
  it('is the rows of chosen tables with their partitions, and every definition', () => {
    const chosen = select(all, { ...none, tables: ['events', 'public.orders'] })
    assert.deepEqual(chosen.relations, all)
    assert.deepEqual(names(chosen.withoutRows), ['5', '7'])
    const args = dumpArguments(none, chosen, undefined, 15)
    assert.ok(args.includes('--exclude-table-data="old"."orders"') && args.includes('--no-blobs'))
  })
  it('is a schema with the extensions, where pg_dump can bring those', () => {
    const wanted = { ...none, schemas: ['ol"d'] }
    assert.deepEqual(select(all, wanted).unknown, [{ option: 'schemas', names: ['ol"d'] }])
    const chosen = select(all, { ...none, schemas: ['old'] })
    assert.deepEqual(
      chosen.relations.map(({ oid }) => oid),
      ['5'],
    )
    assert.deepEqual(dumpArguments(wanted, chosen, undefined, 14).slice(4), ['--schema="ol""d"', '--extension=*'])
    assert.deepEqual(dumpArguments(wanted, chosen, undefined, 13).slice(4), ['--schema="ol""d"'])
  })
  it('leaves the rows of a table and all below it out', () => {
    assert.deepEqual(names(select(all, { ...none, exclude: ['events'] }).withoutRows), ['2', '3', '4'])
  })
  it('takes a name that fits no table, or two, for a mistake', () => {
    const { unknown } = select(all, { ...none, tables: ['orders', 'nothing', 'a view'], exclude: ['typo'] })
    assert.deepEqual(unknown, [
      { option: 'tables', names: ['orders', 'nothing', 'a view'] },
      { option: 'exclude', names: ['typo'] },
    ])
  })
  it('takes a schema and a table for no mistake because another table is called like both', () => {
    const { unknown, withoutRows } = select(all, { ...none, exclude: ['old.orders'] })
    assert.deepEqual([unknown, names(withoutRows)], [[], ['5']])
  })
})
