import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { diffOf } from './config-diff.ts'
import { factsOf } from './config-facts.ts'
import type { ConfigFile } from './config-files.ts'
import { outlineOf } from './outline/outline.ts'

const file = (path: string, content: string | Buffer, mode = 0o600): ConfigFile => ({
  ...{ path, name: `base/${path}`, mode, uid: 0, gid: 0, mtimeNs: 0n },
  content: Buffer.from(content),
})
const differ = async (path: string, before: string, after: string) =>
  diffOf(await factsOf([file(path, before)], 'key'), await factsOf([file(path, after)], 'key'))

describe('the difference of two configs', () => {
  it('names variables, settings and keys that came, went or changed', async () => {
    const cases: readonly (readonly [string, string, string, object])[] = [
      ['.env', 'A=1\nB=2\n', 'B=3\nC=4\n', { added: ['C'], removed: ['A'], changed: ['B'] }],
      ['.env', 'A=1\nA=2', 'A=1\nA=3', { changed: ['A (2)'] }],
      ['.env.local', 'export A="x\ny=z"\n# note\nB=1', 'export A="x\ny=w"\nB=1', { changed: ['A'] }],
      ['.env', 'A=1\nB=2', 'B=2\n\n# swapped\nA=1', {}],
      ['.env', 'A=1\nnot a variable', 'A=1\nno variable\nB=2', { addedLines: 2, removedLines: 1 }],
      [
        'grafana.ini',
        '[database]\npassword = a\n; x\n',
        '[database]\npassword = b\nuser = c\n',
        { added: ['database.user'], changed: ['database.password'] },
      ],
      ['grafana.ini', '[a]\nkey = x\n  goes on', '[a]\nkey = y\n  goes on', { addedLines: 1, removedLines: 1 }],
      [
        'docker-compose.yml',
        'services:\n  web:\n    ports: ["80:80"]\n    environment: [PASSWORD=a]\n',
        'services:\n  web:\n    ports: ["80:80", "443:443"]\n    environment: [PASSWORD=b]\n',
        { added: ['services.web.ports[1]'], changed: ['services.web.environment[0]'] },
      ],
      ['prometheus.yml', 'a: 1\nb: {}', 'a: "1"\nb: {c: 2}', { added: ['b.c'], removed: ['b'], changed: ['a'] }],
      ['x.yaml', 'a: [', 'a: [1', { addedLines: 1, removedLines: 1 }],
      ['package.json', '{"a":{"b":1}}', '{"a":{"b":2},"c":[true]}', { added: ['c[0]'], changed: ['a.b'] }],
      ['nginx.conf', 'one\ntwo\n', 'one\nthree\nfour\n', { addedLines: 2, removedLines: 1 }],
      ['nginx.conf', 'one\ntwo', 'two\none', {}],
    ]
    const nothing = { added: [], removed: [], changed: [], addedLines: 0, removedLines: 0, isModeChanged: false }
    for (const [path, before, after, expected] of cases) {
      assert.deepEqual(await differ(path, before, after), [{ path, change: 'changed', ...nothing, ...expected }], path)
      assert.deepEqual(await differ(path, after, after), [])
    }
  })

  it('tells files that came and went, and permissions; and nothing when another key made the digests', async () => {
    const before = await factsOf([file('a', '1'), file('b', '1')], 'key')
    const after = await factsOf([file('b', '1', 0o644), file('c', '1')], 'key')
    assert.deepEqual(
      diffOf(before, after)?.map(({ path, change, isModeChanged }) => [path, change, isModeChanged]),
      [
        ['a', 'removed', false],
        ['b', 'changed', true],
        ['c', 'added', false],
      ],
    )
    assert.equal(diffOf(before, await factsOf([file('a', '1')], 'other')), undefined)
  })

  it('never shows a value, nor a digest that two places share or that others could try values against', async () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.:-]{12,40}$/)
    const writers: Readonly<Record<string, (values: readonly string[]) => string>> = {
      '.env': (values) => values.map((value, at) => `NAME_${at}=${value}`).join('\n'),
      'quoted.env': (values) => values.map((value, at) => `NAME_${at}="begin\n${value}\n"`).join('\n'),
      'loose.env': (values) => values.join('\n'),
      'grafana.ini': (values) => `[section]\n${values.map((value, at) => `key_${at} = ${value}`).join('\n')}`,
      'compose.yml': (values) => stringify({ services: { web: { environment: values, values } } }),
      'app.json': (values) => JSON.stringify({ values, nested: { value: values[0] } }),
      'nginx.conf': (values) => values.join('\n'),
      'prometheus.yml': (values) => values.join(': ['),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(writers)),
        fc.uniqueArray(secret, { minLength: 1, maxLength: 5 }),
        fc.uniqueArray(secret, { minLength: 1, maxLength: 5 }),
        async (path, before, after) => {
          const write = writers[path] ?? assert.fail()
          const one = await factsOf([file(path, write(before))], 'key')
          const other = await factsOf([file(path, write(after))], 'key')
          const told = JSON.stringify([one, other, diffOf(one, other)])
          for (const value of [...before, ...after]) assert.ok(!told.includes(value), `${path}: ${value}`)
        },
      ),
      { numRuns: 300 },
    )
    const twice = await factsOf([file('.env', 'A=same value\nB=same value')], 'key')
    const digests = Object.values(twice.files[0]?.values ?? {})
    assert.equal(new Set(digests).size, 2)
    const elsewhere = await factsOf([file('.env', 'A=same value\nB=same value')], 'another key')
    assert.notDeepEqual(Object.values(elsewhere.files[0]?.values ?? {}), digests)
  })

  it('finds exactly the variables that differ, whatever else stands in the file', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), fc.stringMatching(/^[a-z0-9]{0,9}$/), { maxKeys: 8 }),
        fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), fc.stringMatching(/^[a-z0-9]{0,9}$/), { maxKeys: 8 }),
        async (was, is) => {
          const write = (values: object) =>
            Object.entries(values)
              .map(([name, value]) => `${name}=${value}`)
              .join('\n')
          const [diff] = (await differ('.env', write(was), write(is))) ?? []
          const names = (those: object, fits: (name: string) => boolean) => Object.keys(those).filter(fits).toSorted()
          const found = [diff?.added ?? [], diff?.removed ?? [], diff?.changed ?? []].map((some) => some.toSorted())
          assert.deepEqual(found, [
            names(is, (name) => !Object.hasOwn(was, name)),
            names(was, (name) => !Object.hasOwn(is, name)),
            names(is, (name) => Object.hasOwn(was, name) && was[name] !== is[name]),
          ])
        },
      ),
      { numRuns: 200 },
    ))

  it('reads what it can by names, and anything at all without an error', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('.env', 'a.ini', 'a.yml', 'a.json', 'a.conf'),
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('a', '=', '[', ']', ':', '\n', '"', ' ', '-', '{', '&', '*') }),
        ),
        async (path, text) => {
          const { form, pieces } = await outlineOf(path, text)
          assert.ok(form === 'lines' || new Set(pieces.map(([name]) => name)).size === pieces.length)
        },
      ),
      { numRuns: 500 },
    ))
})
