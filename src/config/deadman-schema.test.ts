import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deadmanSchema } from './deadman-schema.ts'
import { parsedOnce } from './parsed-once.ts'
import { problemsOf } from './problem.ts'

describe('the address of the dead man', () => {
  it('is a text, a named secret, or one of these with how often it is pinged', () => {
    for (const [written, read] of [
      ['https://example.org/x', 'https://example.org/x'],
      [{ env: 'DEADMAN_URL' }, { env: 'DEADMAN_URL' }],
      [{ secretFile: '/run/secrets/x' }, { secretFile: '/run/secrets/x' }],
      [{ url: 'https://example.org/x' }, { url: 'https://example.org/x', every: 60_000 }],
      [
        { url: { env: 'DEADMAN_URL' }, every: '5m' },
        { url: { env: 'DEADMAN_URL' }, every: 300_000 },
      ],
    ] as const) {
      assert.deepEqual(deadmanSchema.parse(written), read)
    }
  })

  for (const [written, path, code] of [
    [5, 'deadman', 'config.not-a-secret'],
    ['not a url', 'deadman', 'config.not-a-web-address'],
    ['ftp://example.org/x', 'deadman', 'config.not-a-web-address'],
    [{ url: 'example.org/x' }, 'deadman.url', 'config.not-a-web-address'],
    [{ url: 5 }, 'deadman.url', 'config.not-a-secret'],
    [{ env: 'no name' }, 'deadman.env', 'config.not-a-variable'],
    [{ url: 'https://example.org/x', every: '999ms' }, 'deadman.every', 'config.too-often'],
    [{ url: 'https://example.org/x', every: 'often' }, 'deadman.every', 'config.not-a-duration'],
    [{ url: 'https://example.org/x', evry: '5m' }, 'deadman.evry', 'config.unknown-key'],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(written)}, and where`, () => {
      const { error } = deadmanSchema.safeParse(written, parsedOnce)
      const problems = error === undefined ? [] : problemsOf(error, ['deadman'], [])
      assert.deepEqual(
        problems.map((one) => [one.path, one.text.code]),
        [[path, code]],
      )
    })
  }
})
