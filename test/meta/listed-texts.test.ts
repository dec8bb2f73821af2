import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { componentCatalog } from '../../src/catalog.ts'
import { allMessages } from '../../src/messages.ts'

const src = join(import.meta.dirname, '..', '..', 'src')
/** What these say is said by the adapters of migrations, which list it; others only borrow a function. */
const borrowed = ['platform/tool-command.ts']

/** The file and all that it imports, at once or later. */
function reachedFrom(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, next = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g))
    reachedFrom(resolve(dirname(file), next), seen)
  return seen
}

describe('a component kind lists every text that its code can say', () => {
  const catalog = readFileSync(join(src, 'catalog.ts'), 'utf8')
  for (const [name, load] of Object.entries(componentCatalog)) {
    it(`as ${name} does, so that a command need not load the other kinds to tell it`, async () => {
      const loader = new RegExp(`'?${name}'?: async .*import\\('(?<file>[^']+)'\\)`).exec(catalog)?.groups?.['file']
      assert.ok(loader !== undefined, 'no loader was found')
      const listed = allMessages([await load()])
      const declared = [...reachedFrom(join(src, loader))]
        .map((file) => ({ file: relative(src, file), text: readFileSync(file, 'utf8') }))
        .filter(({ file }) => !borrowed.includes(file))
        .flatMap(({ text }) => [...text.matchAll(/\bmessage(?:<[^(]*?>)?\(\s*'([^']+)'/g)].map(([, code = '']) => code))
      assert.ok(declared.length > 10, `only ${declared.length} texts were found`)
      assert.deepEqual(
        declared.filter((code) => !listed.has(code)),
        [],
      )
    })
  }
})
