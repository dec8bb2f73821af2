import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { quoted } from '../identifier.ts'
import { copyColumns } from './copy-columns.ts'
import { urlFor } from './elsewhere.ts'
import { literal } from './literal.ts'
import { freeName, isMark, isSideName, markOf, sideName, stampOf } from './restore-names.ts'

describe('names of a restore', () => {
  it('bear the time of the backup, fit, and are free', () => {
    const stamp = stampOf(new Date('2026-11-21T02:04:59Z'))
    assert.equal(stamp, '20261121_0204')
    assert.equal(freeName('shop', `_restored_${stamp}`, new Set()), 'shop_restored_20261121_0204')
    const taken = new Set(['shop_before_20261121_0204', 'shop_before_20261121_0204_2'])
    assert.equal(freeName('shop', `_before_${stamp}`, taken), 'shop_before_20261121_0204_3')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 70 }), (name) => {
        const free = freeName(name, `_before_${stamp}`, new Set())
        assert.ok(Buffer.byteLength(free) <= 63)
        assert.ok(free.endsWith(`_before_${stamp}`))
      }),
    )
  })

  it('of what is half done are known again, and nothing else is', () => {
    assert.ok(isSideName(sideName()))
    for (const other of ['vigie_restore_', 'vigie_restore_mine', `${sideName()}0`, `x${sideName()}`])
      assert.equal(isSideName(other), false, other)
    assert.ok(isMark(markOf('B', 'R')))
    for (const other of [null, '', 'half restored', 'my database']) assert.equal(isMark(other), false)
  })
})

describe('what stands in SQL and urls', () => {
  it('gives the columns of a COPY statement whatever they are called', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(name, name, fc.array(name, { minLength: 1, maxLength: 6 }), (schema, table, columns) => {
        const list = columns.map((one) => (/^[a-z_]+$/.test(one) ? one : quoted(one))).join(', ')
        assert.deepEqual(copyColumns(`COPY ${quoted(schema, table)} (${list}) FROM stdin;\n`), columns)
      }),
    )
    assert.deepEqual(copyColumns('COPY public.t (id, "the name", "a""b", x$1) FROM stdin;\n'), [
      ...['id', 'the name', 'a"b', 'x$1'],
    ])
    assert.deepEqual(copyColumns('COPY public.nothing  FROM stdin;\n'), [])
    assert.equal(copyColumns('INSERT INTO t VALUES (1);'), undefined)
  })

  it('leads to another database of the same server', () => {
    for (const [url, expected] of [
      ['postgres://u:p@h:5432/shop', 'postgres://u:p@h:5432/a%2Fb'],
      ['postgres://u:p@h/shop?sslmode=require', 'postgres://u:p@h/a%2Fb?sslmode=require'],
      ['postgres://u:p@h', 'postgres://u:p@h/a%2Fb'],
      ['postgres://u@/shop?host=/run/postgresql', 'postgres://u@/a%2Fb?host=/run/postgresql'],
    ] as const)
      assert.equal(urlFor(url, 'a/b'), expected)
    assert.equal(urlFor('postgres://h/x', "a$&$'b"), "postgres://h/a%24%26%24'b")
  })

  it('keeps quotes and backslashes as they are', () => {
    assert.equal(literal("it's"), "'it''s'")
    assert.equal(literal('a\\b'), " E'a\\\\b'")
  })
})
