import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { redactSqlLiterals } from './sql-literals.ts'

const table: readonly (readonly [title: string, sql: string, shown: string])[] = [
  ['strings', "select * from t where a = 'x' and b = 'it''s'", 'select * from t where a = ? and b = ?'],
  ['numbers', 'where a in (1, 2.5, .5, 1e-3, 1_000, 0xFF) limit 10', 'where a in (?, ?, ?, ?, ?, ?) limit ?'],
  ['an escape string', "select E'it\\'s me', b", 'select ?, b'],
  ['a backslash that is none', "select 'C:\\', b", 'select ?, b'],
  ['bit, hex, national and Unicode strings', "select B'01', x'ff', N'n', U&'\\0061'", 'select ?, ?, ?, ?'],
  ['dollar quotes', "do $$ begin raise 'x'; end $$ language plpgsql", 'do ? language plpgsql'],
  ['tagged dollar quotes', 'select $a$ $$ $b$ $a$, b', 'select ?, b'],
  ['dollar quotes after a number', 'select 1$$secret$$', 'select ??'],
  ['parameters', 'where a = $1 and b = $23', 'where a = $1 and b = $23'],
  ['digits and dollars in names', 'select t1.c2, a$b$c from schema_3.t1', 'select t1.c2, a$b$c from schema_3.t1'],
  ['quoted names', 'select "it\'s ""1""" from "2026"', 'select "it\'s ""1""" from "2026"'],
  ['names that end like a prefix', "select date'2026-01-01', place'x'", 'select date?, place?'],
  ['comments', "select 1 -- o'neil\n, 2 /* it's */ from t", 'select ?  \n, ?   from t'],
  ['nested comments', '/* a /* b */ secret */ select b', '  select b'],
  ['a string continued on the next line', "select 'a'\n  'b' , c", 'select ? , c'],
  ['an escape string continued', "select e'a' -- more\n 'it\\'s secret', c", 'select ?, c'],
  ['a string that is cut', "where a = 'secr", 'where a = ?'],
  ['a dollar quote that is cut', 'do $x$ secret $', 'do ?'],
  ['a comment that is cut', 'select b /* secret', 'select b  '],
  ['nothing', '', ''],
]

const tricky = fc.constantFrom("'", '"', '\\', '$', '$$', '--', '/*', '*/', '\n', ';', ' ', '1', 'é', '$1', 'E')
/** What a literal holds: the word that must not survive, between characters that could end the literal too soon. */
const content = fc
  .array(fc.oneof(tricky, fc.constant('SECRET')), { minLength: 1, maxLength: 8 })
  .map((parts) => `${parts.join('')}SECRET`)
const double = (text: string): string => text.replaceAll("'", "''")
const literal = fc.oneof(
  content.map((text) => `'${double(text)}'`),
  content.map((text) => `e'${double(text.replaceAll('\\', '\\\\'))}'`),
  content.map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  content.map((text) => `$tag$${text}$tag$`),
  content.map((text) => `$$${text.replaceAll('$', '')}$$`),
  content.map((text) => `/* ${text.replaceAll(/[*/]/g, '')} /* nested */ SECRET */`),
  content.map((text) => `-- ${text.replaceAll('\n', ' ')}\n`),
)
const plain = fc.constantFrom(
  'select',
  'from',
  'public.orders_2026',
  '"It\'s 1"',
  '$1',
  '$12',
  '=',
  '(',
  ')',
  ',',
  'é1',
)
const piece = fc.oneof(
  literal.map((text) => ({ text, isKept: false })),
  fc.integer({ min: 0 }).map((value) => ({ text: String(value), isKept: false })),
  plain.map((text) => ({ text, isKept: true })),
)

describe('redactSqlLiterals', () => {
  for (const [title, sql, shown] of table) {
    it(`knows ${title}`, () => assert.equal(redactSqlLiterals(sql), shown))
  }

  it('lets no literal survive and keeps every name and parameter, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const shown = redactSqlLiterals(pieces.map(({ text }) => text).join(' '))
        assert.doesNotMatch(shown, /SECRET/)
        const names = pieces.flatMap(({ text, isKept }) => (isKept ? [text] : []))
        const left = shown.split(/[?\s]+/).filter((word) => word !== '')
        assert.deepEqual(
          left,
          names
            .join(' ')
            .split(/\s+/)
            .filter((word) => word !== ''),
        )
      }),
    )
  })

  it('lets no literal survive in a text cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(), (pieces, cut) => {
        const sql = pieces.map(({ text }) => text).join(' ')
        assert.doesNotMatch(redactSqlLiterals(sql.slice(0, cut % (sql.length + 1))), /SECRET/)
      }),
    )
  })

  it('gives any text at all back as harmless SQL: done twice it changes nothing more', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(tricky, fc.string())), (parts) => {
        const once = redactSqlLiterals(parts.join(''))
        assert.equal(redactSqlLiterals(once), once)
      }),
    )
  })

  it('reads a text of a megabyte without a stack that overflows', () => {
    const long = `select '${"it''s \\".repeat(200_000)}', b`
    assert.equal(redactSqlLiterals(long), 'select ?, b')
  })
})
