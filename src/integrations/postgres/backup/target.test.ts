import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { asDatabaseArgument } from './database-argument.ts'
import { targetOf } from './target.ts'

describe('where the programs of PostgreSQL connect to', () => {
  const cases: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      'postgres://app:word@db.example.test:5433/shop?sslmode=verify-full&sslrootcert=/etc/ca.pem',
      {
        PGHOST: 'db.example.test',
        PGPORT: '5433',
        PGUSER: 'app',
        PGDATABASE: 'shop',
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: '/etc/ca.pem',
      },
      'word',
    ],
    ['postgresql://app@localhost/', { PGHOST: 'localhost', PGUSER: 'app', PGDATABASE: 'app' }, ''],
    [
      'postgres://app:w@/shop?host=/run/postgresql',
      { PGHOST: '/run/postgresql', PGUSER: 'app', PGDATABASE: 'shop' },
      'w',
    ],
    ['postgres:///shop?host=/run/postgresql', { PGHOST: '/run/postgresql', PGDATABASE: 'shop' }, ''],
    ['postgres://a:b@[::1]:5432/x', { PGHOST: '::1', PGPORT: '5432', PGUSER: 'a', PGDATABASE: 'x' }, 'b'],
    ['postgres://a:b@h/x?ssl=true', { PGHOST: 'h', PGUSER: 'a', PGDATABASE: 'x', PGSSLMODE: 'require' }, 'b'],
    ['postgres://a:b@h/x?sslmode=no-verify', { PGHOST: 'h', PGUSER: 'a', PGDATABASE: 'x', PGSSLMODE: 'require' }, 'b'],
    ['postgres://a:p%40ss%2F@h/x', { PGHOST: 'h', PGUSER: 'a', PGDATABASE: 'x' }, 'p@ss/'],
    ['postgres://h/x?password=p', { PGHOST: 'h', PGDATABASE: 'x' }, 'p'],
  ]
  for (const [url, env, password] of cases)
    it(`is read from ${url}`, () => {
      assert.deepEqual(targetOf(url), { env: { PGCONNECT_TIMEOUT: '10', ...env }, password })
    })
  it('is nowhere without a url of PostgreSQL', () => {
    for (const url of ['', 'shop', 'mysql://h/x', 'host=h dbname=x', 'postgres://h:port/x'])
      assert.equal(targetOf(url), undefined, url)
  })
  it('keeps every password out of the variables that may be shown', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), (word) => {
        const target = targetOf(`postgres://user:${encodeURIComponent(word)}@h/x`)
        assert.equal(target?.password, word)
        assert.deepEqual(Object.keys(target?.env ?? {}).toSorted(), [
          'PGCONNECT_TIMEOUT',
          'PGDATABASE',
          'PGHOST',
          'PGUSER',
        ])
      }),
    )
  })
  it('names a database so that it is only a name', () => {
    assert.equal(asDatabaseArgument('shop'), 'shop')
    assert.equal(asDatabaseArgument('host=evil'), "dbname='host=evil'")
    assert.equal(asDatabaseArgument("postgres://it's\\here"), "dbname='postgres://it\\'s\\\\here'")
  })
})
