import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { dataPlaces } from './data-places.ts'
import { modulePlaces } from './module-places.ts'
import { nearestPlace, type PlaceNode, placeOf } from './place.ts'

/** `line:column`, or undefined. */
function at(root: PlaceNode | undefined, path: string): string | undefined {
  const place = root === undefined ? undefined : placeOf(root, path)
  return place === undefined ? undefined : `${place.line}:${place.column}`
}

describe('the places in a YAML or JSON config', () => {
  const yaml = `# a comment
name: S
components:
  "a.b": { kind: tcp, port: 1 }
  base: &base
    kind: tcp
    hosts:
      - one
      -
        name: two
  other: *base
`
  const root = dataPlaces(yaml)
  const rows = [
    ['name', '2:1'],
    ['components', '3:1'],
    ['components.a.b.port', '4:23'],
    ['components.base.hosts.0', '8:9'],
    ['components.base.hosts.1.name', '10:9'],
    ['components.other', '11:3'],
    ['components.other.kind', '6:5'],
    ['components.nobody', undefined],
    ['', undefined],
  ] as const
  for (const [path, place] of rows)
    it(`of "${path}" is ${place ?? 'unknown'}`, () => assert.equal(at(root, path), place))

  it('is that of the nearest part around what is missing', () => {
    assert.ok(root)
    assert.deepEqual(nearestPlace(root, 'components.base.port'), { line: 5, column: 3 })
    assert.deepEqual(nearestPlace(root, 'locale'), { line: 2, column: 1 })
  })

  it('is none where a path can be read in two ways', () => {
    assert.equal(at(dataPlaces('a.b: 1\na:\n  b: 2\n'), 'a.b'), undefined)
  })

  it('is none in a text that cannot be read', () => {
    for (const text of ['a: [', '', 'a: 1\na: 2\n', '\t- x: {']) assert.equal(dataPlaces(text), undefined, text)
  })

  it('is where the key stands, whatever the tree and however it is printed', () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,6}$/),
        fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), tie('tree')),
      ),
    }))
    fc.assert(
      fc.property(tree, fc.boolean(), (value, isJson) => {
        const text = isJson ? JSON.stringify(value, null, 2) : stringify(value)
        const lines = text.split('\n')
        const places = dataPlaces(text)
        for (const [path, key] of keysIn(value)) {
          const place = places && placeOf(places, path)
          assert.ok(place !== undefined, path)
          const found = lines[place.line - 1]?.slice(place.column - 1) ?? ''
          assert.ok(found.startsWith(key) || found.startsWith(`"${key}"`), `${path}: ${found}`)
        }
      }),
    )
  })
})

describe('the places in a config that is code', () => {
  const imports = `import { defineSystem, env, http as web, postgres, type System } from 'vigie'\n`
  /** The place of each path in the code after the import line, when the module gave `value`. */
  const inCode = (code: string, value: unknown) => {
    const root = modulePlaces(imports + code, value)
    return (path: string) => at(root, path)
  }
  const value = {
    name: 'S',
    timezone: 'UTC',
    components: {
      api: { kind: 'http', url: 'http://a', health: '/health' },
      'my-db': { kind: 'postgres', url: { env: 'X' } },
    },
    protect: ['/srv', '/data'],
  }

  it('are those of keys, list items and the builders that name a kind', () => {
    const place = inCode(
      `const unrelated = /["'{]/.test("}") ? \`}\${"{"}\` : '\\'' // }
/* { */ export default defineSystem({
  name: 'S', timezone: 'UTC', // 'x
  components: {
    api: web({ url: \`http://\${'a'}\`, health: '/health' }),
    'my-db': postgres({
      url: env('X'),
    }),
  },
  protect: ['/srv',
    '/data'],
})
`,
      value,
    )
    assert.equal(place('name'), '4:3')
    assert.equal(place('timezone'), '4:14')
    assert.equal(place('components.api'), '6:5')
    assert.equal(place('components.api.kind'), '6:10')
    assert.equal(place('components.api.url'), '6:16')
    assert.equal(place('components.my-db.url'), '8:7')
    assert.equal(place('protect.1'), '12:5')
    assert.equal(place('components.api.timeout'), undefined)
  })

  it('are found in a constant that is exported and touched by nothing else', () => {
    const code = (more: string): string =>
      `const system = defineSystem({\n  name: 'S',\n})\n${more}export default system\n`
    assert.equal(inCode(code(''), value)('name'), '3:3')
    assert.equal(inCode(code("system.name = 'S'\n"), value)('name'), undefined)
    assert.equal(inCode(code(`void \`\${system}\`\n`), value)('name'), undefined)
  })

  const silent: readonly (readonly [what: string, code: string])[] = [
    ['was read from elsewhere', `import { name } from './x.ts'\nexport default defineSystem(other)`],
    ['a spread may have replaced', `export default defineSystem({\n name: 'S',\n ...rest })`],
    ['a computed key may have replaced', `export default defineSystem({\n name: 'S',\n [key]: 1 })`],
    ['a function gave', `export default make({\n name: 'S' })`],
    ['a function of another module gave, whatever its name', `export default http({\n name: 'S' })`],
    ['was changed on its way', `export default change(defineSystem({\n name: 'S' }))`],
    ['a method changed', `export default defineSystem({\n name: 'S' }).with(1)`],
    ['is not the value that the module gave', `export default defineSystem({\n name: 'T' })`],
    ['stands in a getter', `export default defineSystem({\n get name() { return 'S' } })`],
    ['stands beside type arguments', `export default defineSystem({\n other: f<A, B>(1), name: 'S' })`],
    ['stands in a text that is not closed', `export default defineSystem({\n name: 'S`],
    ['stands between brackets that do not match', `export default defineSystem({\n name: 'S' ])`],
    ['stands in no default export', `export const x = defineSystem({\n name: 'S' })`],
  ]
  for (const [what, code] of silent) {
    it(`are none for what ${what}`, () => assert.equal(inCode(code, value)('name'), undefined))
  }

  it('are those of what stands after a spread, and of the last of two equal keys', () => {
    assert.equal(inCode(`export default defineSystem({\n ...rest,\n name: 'S' })`, value)('name'), '4:2')
    assert.equal(inCode(`export default defineSystem({\n name: f(),\n name: 'S' })`, value)('name'), '4:2')
  })

  it('are right through types, comments and regular expressions', () => {
    const place = inCode(
      `export default defineSystem({
  components: { api: web({ url: f(/[/}"]/g, a / b / c), health: ('/health' as string)! } as const) }, // ' {
  name: <string>'S',
  timezone: 'UTC' as const,
  protect: [...more, '/data'],
} satisfies System) satisfies System
`,
      value,
    )
    assert.equal(place('components.api.health'), '3:57')
    assert.equal(place('name'), '4:3')
    assert.equal(place('timezone'), '5:3')
    assert.equal(place('protect.1'), undefined)
  })

  it('are where the key stands, whatever the tree and whatever noise is between', () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,6}$/),
        fc.oneof(
          { maxDepth: 3 },
          fc.integer(),
          fc.string(),
          fc.boolean(),
          tie('tree'),
          fc.array(tie('tree'), { maxLength: 3 }),
        ),
      ),
    }))
    const noise = fc.constantFrom('', ' ', '\n', '// "{\n', "/* ' \n } */", ' /**/ ')
    fc.assert(
      fc.property(tree, fc.infiniteStream(noise), fc.boolean(), (value, stream, hasBuilder) => {
        const next = (): string => stream.next().value
        const literal = print(value, next)
        const code = `${imports}${next()}export default ${hasBuilder ? `defineSystem(${literal})` : literal}\n`
        const lines = code.split('\n')
        const root = modulePlaces(code, value)
        for (const [path, key] of keysIn(value)) {
          const place = root && placeOf(root, path)
          assert.ok(place !== undefined, `${path} in ${code}`)
          assert.ok(lines[place.line - 1]?.slice(place.column - 1).startsWith(key), `${path} in ${code}`)
        }
      }),
    )
  })

  it('never throw, whatever the text', () => {
    const piece = fc.constantFrom(
      'export default ',
      'defineSystem',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '...',
      '`',
      '${',
      "'",
      '"',
      '/',
      'a',
      '1',
      '\n',
      '\\',
      '//',
      '/*',
      '*/',
      '<',
      '>',
      '=',
      ' as ',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        modulePlaces(imports + pieces.join(''), value)
      }),
      { numRuns: 2000 },
    )
  })
})

/** Every path of an object's members, with the last key; list items are passed through. */
function keysIn(value: unknown, prefix = ''): [path: string, key: string][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]): [string, string][] => {
    const path = `${prefix}${key}`
    return [...(Array.isArray(value) ? [] : [[path, key] as [string, string]]), ...keysIn(member, `${path}.`)]
  })
}

function print(value: unknown, noise: () => string): string {
  if (Array.isArray(value))
    return `[${noise()}${value.map((item) => print(item, noise)).join(`${noise()},${noise()}`)}]`
  if (typeof value !== 'object' || value === null) return `${noise()}${JSON.stringify(value)}${noise()}`
  const members = Object.entries(value).map(
    ([key, member]) => `${noise()}${key}${noise()}:${noise()}${print(member, noise)}`,
  )
  return `{${members.join(',')}${members.length > 0 ? ',' : ''}${noise()}}`
}
