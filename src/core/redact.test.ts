import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { OutputBuffer } from '../platform/output-buffer.ts'
import { createRedactor } from './redact.ts'

/** As independent programs write a text: none of these calls the code under test. */
const encoders: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['as a URL component', encodeURIComponent],
  [
    'as a URL component in lower case',
    (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  ],
  ['as a form', (text) => new URLSearchParams({ a: text }).toString().slice(2)],
  ['as a whole URL', encodeURI],
  ['as JSON', (text) => JSON.stringify(text).slice(1, -1)],
  ['as JSON in JSON', (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  ['as a literal of Node', (text) => inspect(text).slice(1, -1)],
  ['as SQL', (text) => text.replaceAll("'", "''")],
  ['as a shell word', (text) => text.replaceAll("'", "'\\''")],
  ['as base64', (text) => Buffer.from(text).toString('base64')],
  ['as base64url', (text) => Buffer.from(text).toString('base64url')],
  ['as hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ['as bytea', (text) => `\\x${Buffer.from(text).toString('hex')}`],
]
const secret = fc.oneof(
  fc.string({ minLength: 4, maxLength: 30 }),
  fc.string({ unit: 'grapheme', minLength: 4, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '+', '@', '&', "'", '"', '\\', '%', '$', ' ', 'é'), minLength: 4 }),
)
const around = fc.string({ maxLength: 12 })
/** What is left of a text after the mask: a form of a secret made of its own characters must not stand in it. */
const shownBy = (redactor: { redact(text: string): string }, text: string): string => redactor.redact(text)

describe('a protected value', () => {
  for (const [name, encode] of encoders) {
    it(`does not survive ${name}`, () => {
      fc.assert(
        fc.property(secret, around, around, (value, before, after) => {
          const redactor = createRedactor()
          redactor.protect(value)
          const form = encode(value)
          fc.pre(form.length >= 4)
          assert.equal(shownBy(redactor, `${before}${form}${after}`).includes(form), false)
        }),
      )
    })
  }

  it('does not survive in the middle of a longer text that is base64', () => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const redactor = createRedactor()
        redactor.protect(value)
        const shown = redactor.redact(Buffer.from(`${before}${value}${after}`).toString('base64'))
        assert.match(shown, /•••/)
        for (const part of shown.split('•••')) assert.ok(!Buffer.from(part, 'base64').toString().includes(value))
      }),
    )
  })

  it('leaves no part where it overlaps another one or itself', () => {
    const redactor = createRedactor()
    for (const value of ['abcdef', 'efghij', 'xyxyx']) redactor.protect(value)
    assert.equal(redactor.redact('1 abcdefghij 2'), '1 ••• 2')
    assert.equal(redactor.redact('1 xyxyxyx 2'), '1 ••• 2')
  })

  it('is masked with and without the line end of its file, and line by line when it is a key', () => {
    const redactor = createRedactor()
    redactor.protect('from-a-file\n')
    redactor.protect('-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSjAgEAAoIBAQ\n-----END KEY-----\n')
    assert.equal(redactor.redact('got from-a-file, 2: EFAASCBKcwggSjAgEAAoIBAQ.'), 'got •••, 2: •••.')
  })

  it('may be any text: half of a surrogate pair, a percent sign alone', () => {
    const redactor = createRedactor()
    for (const value of ['\ud800abc', '100%off', '%zz%zz', '']) redactor.protect(value)
    assert.equal(redactor.redact('a 100%off b'), 'a ••• b')
    assert.equal(redactor.redact('a \ud800abc b'), 'a ••• b')
  })

  it('hides the password in a URL also where it stands alone, encoded or not', () => {
    for (const [url, password] of [
      ['postgres://vigie:p%40ss%2Fword@db:5432/app', 'p@ss/word'],
      ['postgres://vigie:p%40ss%2Fword@db:5432/app', 'p%40ss%2Fword'],
      ['postgres://vigie:p@ss:word@db:5432/app', 'p@ss:word'],
      ['postgres://vigie:p@ss/wo?rd#@db:5432/app', 'p@ss/wo?rd#'],
    ] as const) {
      const redactor = createRedactor()
      redactor.protect(url)
      assert.equal(redactor.redact(`FATAL: "${password}" refused`), 'FATAL: "•••" refused')
    }
  })

  it('of three characters is masked where it stands alone, and not within ordinary words', () => {
    const redactor = createRedactor()
    redactor.protect('abc')
    assert.equal(redactor.redact('abc, (abc) "abc" a=abc q%3Dabc'), '•••, (•••) "•••" a=••• q%3D•••')
    assert.equal(redactor.redact('abcd 1abc abc_d'), 'abcd 1abc abc_d')
  })

  it('of less than three characters is none: every text has them', () => {
    const redactor = createRedactor()
    redactor.protect('ab')
    assert.equal(redactor.redact('ab'), 'ab')
  })

  it('leaves no part behind where a command runner cut its output', () => {
    const long = fc.string({ unit: fc.constantFrom(...'abcdefGHIJ0123+/@'), minLength: 8, maxLength: 30 })
    fc.assert(
      fc.property(
        long,
        fc.constantFrom(...encoders.filter(([name]) => name !== 'as bytea')),
        fc.nat(60),
        (value, [, encode], offset) => {
          const redactor = createRedactor()
          redactor.protect(value)
          const buffer = new OutputBuffer(128)
          const form = encode(value)
          const text = `${'-'.repeat(Math.max(0, 96 - offset))}${form}${' -'.repeat(100)}${form}${'-'.repeat(offset)}`
          for (const chunk of text.match(/.{1,7}/gs) ?? []) buffer.add(Buffer.from(chunk))
          const shown = redactor.redact(buffer.bytes().toString())
          for (let at = 0; at + 4 <= form.length; at++) assert.ok(!shown.includes(form.slice(at, at + 4)), shown)
        },
      ),
    )
  })

  it('leaves no beginning of it where a text was cut, and an ordinary short text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcdefGHIJ0123'), minLength: 5 }), fc.nat(), (value, cut) => {
        const redactor = createRedactor()
        redactor.protect(value)
        const shown = redactor.redact(`${'-'.repeat(80)}${value.slice(0, 4 + (cut % (value.length - 4)))}`)
        assert.equal(shown, `${'-'.repeat(80)}•••`)
      }),
    )
    const redactor = createRedactor()
    redactor.protect('postgres://app:Zx9qLm4TT2pw@db:5432/app')
    redactor.protect('production-password')
    assert.equal(redactor.redact('deployed to production'), 'deployed to production')
    const long = `${'a long line '.repeat(10)} of postgres`
    assert.equal(redactor.redact(long), long)
    assert.equal(redactor.redact(`${long}://app:Zx9q`), `${'a long line '.repeat(10)} of •••`)
  })

  it('is found soon in a megabyte, among twenty others', () => {
    const redactor = createRedactor()
    for (let i = 0; i < 20; i++) redactor.protect(`postgres://user${i}:pass-${i}-${'x'.repeat(i)}@host${i}/app`)
    const text = 'an ordinary line with user1, host2 and a number 12345\n'.repeat(20_000)
    const started = performance.now()
    assert.equal(redactor.redact(text), text)
    assert.ok(performance.now() - started < 3000)
  })
})

const shapes: readonly (readonly [text: string, shown: string])[] = [
  ['postgres://u:hunter2@db/app', 'postgres://u:•••@db/app'],
  ['redis://:hunter2@cache:6379', 'redis://:•••@cache:6379'],
  ['amqp://u:hun@ter2@mq', 'amqp://u:•••@mq'],
  ['amqp://u:hun/ter2@mq', 'amqp://u:•••@mq'],
  ['smtp://me@site.fr:hunter2@smtp.site.fr:587', 'smtp://me@site.fr:•••@smtp.site.fr:587'],
  ['a postgresql+asyncpg://u:hunter2@db, b', 'a postgresql+asyncpg://u:•••@db, b'],
  ['http://host:8080/@scope/name', 'http://host:8080/@scope/name'],
  ['{"url":"http://host:8080","mail":"a@b.fr"}', '{"url":"http://host:8080","mail":"a@b.fr"}'],
  ['http://[::1]:8080/@me', 'http://[::1]:8080/@me'],
  ['git+ssh://git@github.com:team/app.git@v1', 'git+ssh://git@github.com:team/app.git@v1'],
  ['DB_PASSWORD=hunter2 next', 'DB_PASSWORD=••• next'],
  ['"password": "two words", "a": 1', '"password": "•••", "a": 1'],
  ['{\\"client_secret\\":\\"hunter2\\",\\"a\\":1}', '{\\"client_secret\\":\\"•••\\",\\"a\\":1}'],
  ["host=db password='it is' user=u", "host=db password='•••' user=u"],
  ['x-api-key: abcdef\naccept: */*', 'x-api-key: •••\naccept: */*'],
  ['Authorization: Bearer abc.def', 'Authorization: •••'],
  ['authorization: Token abcdef\nhost: x', 'authorization: •••\nhost: x'],
  ['Authorization: Digest username="a", response="b"', 'Authorization: •••'],
  ['Set-Cookie: sid=abc; HttpOnly', 'Set-Cookie: •••'],
  ["curl -H 'Authorization: Bearer abc' http://x", "curl -H 'Authorization: •••' http://x"],
  ['curl -u admin:hunter2 http://x', 'curl -u admin:••• http://x'],
  ['docker run -u 1000:1000 x', 'docker run -u 1000:1000 x'],
  ['tool --password hunter2 --verbose', 'tool --password ••• --verbose'],
  ['$ mysql -h db -psecretpw1 -e "select 1"', '$ mysql -h db -p••• -e "select 1"'],
  ['sh -c /usr/bin/mysqldump -pa', 'sh -c /usr/bin/mysqldump -p•••'],
  ['mysql --protocol=tcp -p -u root', 'mysql --protocol=tcp -p -u root'],
  ['PWD=/srv/app OLDPWD=/root', 'PWD=/srv/app OLDPWD=/root'],
  ['{"PWD":"/srv/app","MYSQL_PWD":"hunter2"}', '{"PWD":"/srv/app","MYSQL_PWD":"•••"}'],
  ['Uid=sa;Pwd=hunter2;', 'Uid=sa;Pwd=•••;'],
  ['UID=sa;PWD=/unter2;', 'UID=sa;PWD=•••;'],
  ['tool --token --verbose', 'tool --token --verbose'],
  ['public.refresh_tokens: 1200 rows', 'public.refresh_tokens: 1200 rows'],
  ['the token is gone', 'the token is gone'],
]

const tokens: readonly string[] = [
  `ghp_${'a1'.repeat(18)}`,
  `github_pat_${'a1'.repeat(41)}`,
  `glpat-${'a1'.repeat(10)}`,
  `xoxb-${'1'.repeat(12)}-abc`,
  `AKIA${'A1'.repeat(8)}`,
  `sk_live_${'a1'.repeat(12)}`,
  `sk-proj-${'a1'.repeat(20)}`,
  `AIza${'a'.repeat(35)}`,
  `npm_${'a'.repeat(36)}`,
  `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`,
  `123456789:${'a'.repeat(35)}`,
  `https://hooks.slack.com/services/T0/B0/${'a'.repeat(24)}`,
  `SG.${'a'.repeat(22)}.${'b'.repeat(43)}`,
  `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\nMIIEabc cut',
  '-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc\n-----END PGP PRIVATE KEY BLOCK-----',
]

describe('a text with secrets that nobody named', () => {
  for (const [text, shown] of shapes) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(shown)}`, () =>
      assert.equal(createRedactor().redact(text), shown))
  }

  for (const token of tokens) {
    it(`hides ${token.slice(0, 20).replaceAll('\n', ' ')}… wherever it stands`, () => {
      for (const [before, after] of [
        ['', ''],
        ['a ', ' b'],
        ['q=', '&b=1'],
        ['%3D', '%26'],
        ['"', '"'],
      ] as const) {
        const shown = createRedactor().redact(`${before}${token}${after}`)
        assert.ok(!shown.includes(token.slice(-8)), shown)
        assert.ok(before === '%3D' || shown.startsWith(before), shown)
      }
    })
  }

  it('is the same when redacted twice', () => {
    const part = fc.oneof(fc.constantFrom(...shapes.map(([text]) => text), ...tokens, '@', ':', '//'), fc.string())
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const once = createRedactor().redact(parts.join(' '))
        assert.equal(createRedactor().redact(once), once)
      }),
    )
  })
})
