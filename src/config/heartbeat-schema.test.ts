import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { defineComponent } from '../core/component.ts'
import { message } from '../core/message.ts'
import { buildSystem } from './build-system.ts'
import { explain } from './explain.ts'
import { isPingKey } from './heartbeat-schema.ts'

const summary = message('test.summary', { en: () => 's', fr: () => 's' })
const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
const build = (heartbeats: unknown) =>
  buildSystem({ name: 'S', timezone: 'Europe/Paris', components: {}, heartbeats }, '/app/vigie.config.ts', [])

/** The problems of the heartbeats alone: a system without components has another one. */
function problems(heartbeats: unknown): string[] {
  const result = build(heartbeats)
  assert.ok('problems' in result)
  return result.problems
    .filter(({ path }) => path.startsWith('heartbeats'))
    .map(({ path, text }) => `${path}: ${text.code} ${JSON.stringify(text.params)}`)
}

describe('heartbeats in a config', () => {
  it('are taken with a period or a schedule, and a key that is named or written', () => {
    assert.deepEqual(
      problems({
        nightly: { key, every: '1d', grace: '30m' },
        weekly: { key: { env: 'WEEKLY_KEY' }, at: 'mon 06:00' },
        cron: { key: { secretFile: '/run/secrets/cron' }, at: '0 2 * * *', timezone: 'America/New_York' },
      }),
      [],
    )
  })
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['a short key', { a: { key: 'hunter2', every: '1d' } }, /^heartbeats\.a\.key: .*not-a-ping-key/],
    ['half a UUID', { a: { key: '0f1e2d3c-4b5a-6978-8796', every: '1d' } }, /^heartbeats\.a\.key/],
    ['a key that was typed', { a: { key: 'a'.repeat(40), every: '1d' } }, /^heartbeats\.a\.key/],
    ['a key that is no part of a URL', { a: { key: `${key}/fail`, every: '1d' } }, /^heartbeats\.a\.key/],
    ['no key', { a: { every: '1d' } }, /^heartbeats\.a\.key/],
    [
      'one key twice',
      { a: { key, every: '1d' }, b: { key, every: '2d' } },
      /^heartbeats\.b\.key: .*same-key \{"other":"a"\}/,
    ],
    ['neither period nor schedule', { a: { key } }, /^heartbeats\.a: .*every-or-at/],
    ['both', { a: { key, every: '1d', at: '02:00' } }, /^heartbeats\.a: .*every-or-at/],
    ['no cron', { a: { key, at: '0 25 * * *' } }, /^heartbeats\.a\.at/],
    ['no time zone', { a: { key, at: '02:00', timezone: 'Paris' } }, /^heartbeats\.a\.timezone/],
    ['a time zone for a period', { a: { key, every: '1d', timezone: 'UTC' } }, /^heartbeats\.a\.timezone/],
    ['a period of nothing', { a: { key, every: 0 } }, /^heartbeats\.a\.every: .*not-a-heartbeat-span/],
    ['an unknown option', { a: { key, every: '1d', gracee: '1h' } }, /^heartbeats\.a\.gracee/],
    ['a name that is no name', { 'a/b': { key, every: '1d' } }, /^heartbeats/],
  ]
  for (const [what, heartbeats, expected] of refused) {
    it(`are a problem with ${what}, which does not show the key`, () => {
      const found = problems(heartbeats)
      assert.equal(found.length, 1, JSON.stringify(found))
      assert.match(found[0] ?? '', expected)
      assert.doesNotMatch(found[0] ?? '', /hunter2|0f1e2d/)
    })
  }

  it('have keys that `config explain` does not show', async () => {
    const written = { name: 'S', components: { it: { kind: 'thing' } }, heartbeats: { a: { key, every: '1d' } } }
    const thing = defineComponent({ kind: 'thing', summary, options: z.strictObject({}), checks: [], tasks: [] })
    const built = buildSystem(written, '/app/vigie.config.ts', [thing])
    assert.ok('system' in built)
    const values = await explain(built.system, written)
    assert.equal(values.find(({ path }) => path === 'heartbeats.a.key')?.value, '•••')
    assert.doesNotMatch(JSON.stringify(values), new RegExp(key))
  })
})

describe('a ping key', () => {
  it('is one when it is made as we say, whatever comes out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 32 }), (bytes) => {
        const made = Buffer.from(bytes)
        // What chance does not give: the same byte again and again.
        fc.pre(
          new Set(made.toString('hex')).size >= 8 && new Set(made.toString('base64url').replaceAll('-', '')).size >= 8,
        )
        assert.ok(isPingKey(made.toString('hex')))
        assert.ok(isPingKey(made.toString('base64url')))
      }),
    )
  })
  it('is none when it has fewer bits, hexadecimal or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 15 }), (bytes) => {
        assert.ok(!isPingKey(Buffer.from(bytes).toString('hex')))
        assert.ok(!isPingKey(Buffer.from(bytes).toString('base64url')))
      }),
    )
  })
})
