import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchSystem } from './scratch-system.ts'

/**
 * A system with one component of a team's own, a file of lines that can be backed up, and a repository in a folder. While
 * there is a file `hold` in its folder a dump stands still, and says so by a file `is-held`.
 */
export function boxSystem(lines: readonly string[], entry = '', rest = '') {
  const system = scratchSystem(`import { readFileSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from '${import.meta.resolve('zod')}'
import { defineComponent, defineSystem, folder, message } from 'vigie'
const say = (code, text) => message('box.' + code, { en: () => text, fr: () => text })
const put = say('put', 'put the lines back')
const textOf = async (part) => {
  const pieces = []
  for await (const piece of part.read()) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
const count = (text) => text.split('\\n').length - 1
const box = defineComponent({
  kind: 'box', summary: say('summary', 'a box'), options: z.strictObject({ path: z.string() }), checks: [], tasks: [],
  messages: [put],
  abilities: ({ path }) => ({
    backup: {
      survey: async ({ baseDir }) => ({ parts: [{ name: 'lines', file: 'lines.txt', bytes: 10 }], notes: [] }),
      dump: async ({ baseDir }, part, write) => {
        const text = readFileSync(join(baseDir, path), 'utf8')
        const hold = join(baseDir, 'hold')
        if (existsSync(hold)) writeFileSync(join(baseDir, 'is-held'), '')
        while (existsSync(hold)) await new Promise((resolve) => setTimeout(resolve, 20))
        for (let at = 0; at < text.length; at += 100_000) await write(Buffer.from(text.slice(at, at + 100_000)))
        return { facts: { counts: { lines: count(text) } }, notes: [] }
      },
      planRestore: async ({ baseDir }, stored, { over, to }) => [
        { summary: put({}), effect: over ? 'destroy' : 'change', target: join(baseDir, over ? path : (to ?? path + '.restored')), expected: {} },
      ],
      restore: async (ctx, stored, { target }) => {
        writeFileSync(target, await textOf(stored.parts[0]))
        return { status: 'done', changed: true }
      },
      rehearse: async (ctx, stored, scratch) => {
        const text = await textOf(stored.parts[0])
        writeFileSync(join(scratch, 'copy'), text)
        const expected = String(stored.parts[0].facts.counts.lines)
        return {
          env: { THINGS: join(scratch, 'copy') },
          assertions: async (questions) => [
            { name: 'lines', status: String(count(text)) === expected ? 'pass' : 'fail', expected, actual: String(count(text)) },
            ...questions.map(({ name, query, expect }) => ({ name, status: text.includes(query) === (expect === 'yes') ? 'pass' : 'fail', expected: expect, actual: text.includes(query) ? 'yes' : 'no' })),
          ],
          end: async () => undefined,
        }
      },
      byHand: () => ['cp lines.txt /where/it/belongs'],
    },
  }),
})
export default defineSystem({
  name: 'Shop',
  kinds: [box],
  components: { things: { kind: 'box', path: 'things.txt' } },
  backups: { nightly: { what: ['things'], to: folder({ path: 'repository' })${entry === '' ? '' : `, ${entry}`} } },
  ${rest}
})
`)
  const repository = join(system.dir, 'repository')
  mkdirSync(repository)
  const file = join(system.dir, 'things.txt')
  const fill = (all: readonly string[]): void => writeFileSync(file, all.map((line) => `${line}\n`).join(''))
  fill(lines)
  return { ...system, repository, file, fill }
}
