import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { commandCatalog } from '../../src/cli/catalog.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { vigie } from '../support/cli.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('the help', () => {
  it('is wrapped, never cut, however narrow the terminal and in both languages', async () => {
    for (const locale of ['en', 'fr'] as const) {
      for (const columns of [80, 60, 100]) {
        const { code, stdout } = await vigie(['--help', '--locale', locale], { env: { COLUMNS: String(columns) } })
        assert.equal(code, 0)
        for (const line of stdout.split('\n')) assert.ok(line.length <= columns, line)
        for (const { summary } of commandCatalog) {
          const words = summary.renderings[locale]({}, createFormatter(locale)).split(/\s+/)
          for (const word of words) assert.ok(flat(stdout).includes(word), `${columns}: ${word}`)
        }
        assert.doesNotMatch(stdout, /…/)
      }
    }
  })
})
