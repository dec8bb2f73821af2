import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { orphansOptions } from './options.ts'
import { keyOf, namedBy, type PathRules, spellingsOf } from './path-key.ts'

const base = { files: 'docs', rows: { in: 'db', query: 'select 1' } }
const rules = (more: object = {}): PathRules => orphansOptions.parse({ ...base, ...more })
const root = '/srv/documents'

describe('what a row names', () => {
  it('is a path of the tree, however it is written', () => {
    const cdn = { strip: ['https://cdn.example.org/files/', 'C:\\'] }
    for (const [value, more, expected] of [
      ['2026/a.pdf', {}, '2026/a.pdf'],
      ['./2026//x/../a.pdf', {}, '2026/a.pdf'],
      ['/srv/documents/a.pdf', {}, 'a.pdf'],
      ['/srv/documents/uploads/a.pdf', { prefix: 'uploads' }, 'uploads/a.pdf'],
      ['a.pdf', { prefix: 'uploads/' }, 'uploads/a.pdf'],
      ['a.pdf', { prefix: './' }, 'a.pdf'],
      ['/media/a.pdf', { strip: ['/media/'] }, 'a.pdf'],
      ['/media/a.pdf', { strip: ['/media'] }, 'a.pdf'],
      ['https://cdn.example.org/files/%C3%A9t%C3%A9/a%20b.pdf?v=2#p3', cdn, 'été/a b.pdf'],
      ['https://cdn.example.org/files/100%.pdf', cdn, '100%.pdf'],
      ['a%20b.pdf', {}, 'a%20b.pdf'],
      ['a?b#c.pdf', {}, 'a?b#c.pdf'],
      [' a.pdf ', {}, ' a.pdf '],
    ] as const) {
      assert.deepEqual(namedBy(value, root, rules(more)), { is: 'path', path: expected }, value)
    }
  })

  it('is something else when it lies outside of the tree', () => {
    for (const value of [
      'https://x.test/a.pdf',
      's3://bucket/a.pdf',
      '/etc/passwd',
      '../a.pdf',
      'x/../../a.pdf',
      '/srv/documents2/a',
    ]) {
      assert.deepEqual(namedBy(value, root, rules()), { is: 'elsewhere' }, value)
    }
    assert.deepEqual(namedBy('../a.pdf', root, rules({ prefix: 'uploads' })), { is: 'path', path: 'a.pdf' })
  })

  it('is nothing when it is empty, or the tree itself', () => {
    for (const value of [null, '', ' ', '.', './', 'x/..']) {
      assert.deepEqual(namedBy(value, root, rules()), { is: 'nothing' }, String(value))
    }
  })
})

describe('a path', () => {
  it('is one with composed and decomposed letters, and with another case only where that is said', () => {
    assert.equal(keyOf('é.pdf'.normalize('NFD'), rules()), keyOf('é.pdf'.normalize('NFC'), rules()))
    assert.notEqual(keyOf('A.pdf', rules()), keyOf('a.pdf', rules()))
    assert.equal(
      keyOf('É.PDF', rules({ ignoreCase: true })),
      keyOf('é.pdf'.normalize('NFD'), rules({ ignoreCase: true })),
    )
  })

  it('is named by each of its spellings that a row may have', () => {
    const part = fc.stringMatching(/^[a-zé&+ ']{1,8}$/).filter((text) => text.trim() !== '')
    const configs = [{}, { prefix: 'up' }, { strip: ['https://cdn.test/', '/media/'] }].map(rules)
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom(...configs), (parts, own) => {
        const path = `${own.prefix === '' ? '' : 'up/'}${parts.join('/')}`
        const named = spellingsOf(path, root, own).map((one) => namedBy(one, root, own))
        const keys = named.flatMap((one) => (one.is === 'path' ? [keyOf(one.path, own)] : []))
        assert.deepEqual([...new Set(keys)], [keyOf(path, own)])
        assert.ok(keys.length >= 2 + own.strip.length)
      }),
    )
  })
})
