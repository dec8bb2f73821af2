import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { bytesSchema } from '../core/bytes.ts'
import { durationSchema } from '../core/duration.ts'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, type Locale, messageMap } from '../core/message.ts'
import { patternSchema } from '../core/pattern.ts'
import { secretSchema } from '../core/secret.ts'
import { parsedOnce } from './parsed-once.ts'
import { problemMessages, problemsOf } from './problem.ts'
import { systemSchema } from './system-schema.ts'

const said = (schema: z.ZodType, value: unknown, locale: Locale): readonly string[] => {
  const { error } = schema.safeParse(value, parsedOnce)
  assert.ok(error, `${JSON.stringify(value)} is accepted`)
  const renderer = createRenderer(messageMap(problemMessages), createFormatter(locale))
  return problemsOf(error, [], []).map(
    ({ path, text }) => `${path}: ${renderer.render(text).replaceAll('\u00a0', ' ')}`,
  )
}

const aKey = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'

const cases: readonly (readonly [schema: z.ZodType, value: unknown, en: string, fr: string])[] = [
  [z.object({ a: z.string() }), {}, 'a: is missing: write a text', 'a: manque : écrivez un texte'],
  [z.string(), 7, ': write a text, not a number', ': écrivez un texte, et non un nombre'],
  [z.number(), null, ': write a number, not null', ': écrivez un nombre, et non null'],
  [z.number().int(), 1.5, ': write a whole number, not a number', ': écrivez un nombre entier, et non un nombre'],
  [z.array(z.string()), 'a', ': write a list, not a text', ': écrivez une liste, et non un texte'],
  [z.enum(['a', 'b']), 'c', ': write one of: "a", "b"', ': écrivez l\'une de ces valeurs : "a", "b"'],
  [z.string().min(1), '', ': must not be empty', ': ne doit pas être vide'],
  [z.string().max(2), 'abc', ': must have at most 2 characters', ': doit avoir au plus 2 caractères'],
  [z.number().positive(), 0, ': must be more than 0', ': doit être supérieur à 0'],
  [z.number().max(10), 11, ': must be at most 10', ': doit être au plus 10'],
  [z.string().startsWith('/'), 'a', ': must begin with "/"', ': doit commencer par « / »'],
  [z.iso.date(), 'x', ': is not a day: write YYYY-MM-DD', ": n'est pas un jour : écrivez AAAA-MM-JJ"],
  [z.strictObject({}), { b: 1 }, 'b: "b" is not known here', "b: « b » n'est pas connu ici"],
  [
    z.union([z.string(), z.array(z.string())]),
    7,
    ': write a text or a list, not a number',
    ': écrivez un texte ou une liste, et non un nombre',
  ],
  [
    secretSchema,
    { env: '7' },
    'env: not the name of an environment variable',
    "env: n'est pas le nom d'une variable d'environnement",
  ],
  [
    secretSchema,
    7,
    ": neither a text nor where to read it: write env('NAME') or secretFile('/run/secrets/x')",
    ": ni un texte, ni l'endroit où le lire : écrivez env('NOM') ou secretFile('/run/secrets/x')",
  ],
  [
    systemSchema.pick({ deadman: true }),
    { deadman: 'not a url' },
    'deadman: not an address: write https://host or http://host',
    "deadman: n'est pas une adresse : écrivez https://hôte ou http://hôte",
  ],
  [
    systemSchema.pick({ heartbeats: true }),
    { heartbeats: { a: { key: aKey, every: '1d' }, b: { key: aKey, every: '1d' } } },
    'heartbeats.b.key: a has the same key: give each its own',
    'heartbeats.b.key: a a la même clé : donnez à chacun la sienne',
  ],
  [z.string().refine(() => false, 'their own words'), 'x', ': their own words', ': valeur refusée : their own words'],
]
const units = [
  [durationSchema, 5000, /^: not a duration: .*"35d"/, /^: n'est pas une durée : .*"35d"/],
  [durationSchema, '5', /^: not a duration: .*"35d"/, /^: n'est pas une durée : .*"35d"/],
  [bytesSchema, '7x', /^: not a size: .*"2GiB"/, /^: n'est pas une taille : .*"2GiB"/],
  [patternSchema, '(', /^: not a regular expression/, /^: n'est pas une expression régulière/],
] as const

describe('why a value is refused', () => {
  for (const [schema, value, en, fr] of cases) {
    it(`is told for ${JSON.stringify(value)} as "${en}" and "${fr}"`, () => {
      assert.deepEqual(said(schema, value, 'en'), [en])
      assert.deepEqual(said(schema, value, 'fr'), [fr])
    })
  }

  for (const [schema, value, en, fr] of units) {
    it(`is told for ${JSON.stringify(value)} with what to write`, () => {
      assert.match(said(schema, value, 'en').join('\n'), en)
      assert.match(said(schema, value, 'fr').join('\n'), fr)
    })
  }

  it('is told of a whole config without a word of the library', () => {
    const wrong = {
      name: '',
      timezone: 'Paris',
      components: { 'a b': { kind: 7 } },
      routines: { daily: { at: 'x', add: [7, { human: '', since: 'x', every: 5 }], steps: 7 } },
      approvals: [{ step: '', maxActions: 0.5, maxBytes: 'x' }],
      references: ['foo'],
      kinds: [7],
      store: { url: 7 },
    }
    for (const locale of ['en', 'fr'] as const) {
      const lines = said(systemSchema, wrong, locale)
      assert.ok(lines.length >= 15)
      for (const line of lines) assert.doesNotMatch(line, /Invalid|expected|received|config\./)
    }
  })
})
