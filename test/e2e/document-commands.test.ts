import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { parseRule } from '../../src/alerts/expression/parse-rule.ts'
import { commandCatalog } from '../../src/cli/catalog.ts'
import type { CommandLine } from '../../src/cli/command.ts'
import { checkCount, parseArguments } from '../../src/cli/parse-arguments.ts'
import { VigieError } from '../../src/core/errors.ts'
import { codeIn, documents, shellWords } from '../support/documents.ts'

const root = join(import.meta.dirname, '..', '..')
const code = documents.flatMap((document) => codeIn(document).map((line) => ({ file: document.file, line })))
const commands = code.flatMap(({ file, line }) => {
  const written = /^(?:[A-Z_]+=\S+ )*(?:npx )?vigie (?<rest>.+)$/.exec(line)?.groups?.['rest']
  return written === undefined ? [] : [{ file, words: shellWords(written) }]
})
/** A rule is a comparison or a condition of its own; its clauses and limits stand in tables. */
const isRule =
  /^(?:[a-z]+\()?[a-z]+_[a-z_0-9]+(?:\{.*\})?(?:, \w+\))? (?:[<>]=?|[=!]=) |^(?:\w+\(.+\) (?:[<>]=?|[=!]=) |absent\(|burn\()/
const rules = [
  ...code.filter(({ line }) => isRule.test(line)).map(({ file, line }) => ({ file, rule: line })),
  ...commands.flatMap(({ file, words: [first, second, rule = ''] }) =>
    first === 'alerts' && second === 'test' && isRule.test(rule) ? [{ file, rule }] : [],
  ),
]
const alertsPage = documents.find(({ file }) => file.endsWith('alerts.md'))?.text ?? ''

function lineOf(words: readonly string[]): CommandLine | undefined {
  return commandCatalog.find((one) => one.words.every((word, at) => word === words[at]))
}

describe('a command line in a document', () => {
  for (const { file, words } of commands) {
    it(`is one that the program takes: vigie ${words.join(' ')} (${file})`, () => {
      const command = lineOf(words)
      assert.ok(command !== undefined, 'there is such a command')
      try {
        const { args } = parseArguments(command, words)
        // In the flow of a sentence a command may be named without what it is about.
        if (words.length > command.words.length) checkCount(command, args)
      } catch (error) {
        assert.fail(
          error instanceof VigieError ? `${error.text.code} ${JSON.stringify(error.text.params)}` : String(error),
        )
      }
    })
  }

  it('is tried wherever one stands', () => {
    assert.ok(commands.length >= 40, String(commands.length))
  })
})

describe('a rule in a document', () => {
  for (const { file, rule } of rules) it(`can be read: ${rule} (${file})`, () => void parseRule(rule))

  for (const [, clause = ''] of alertsPage.matchAll(/^\| `((?:for|keep|as|clear at|min) [^`]+)` \|/gm)) {
    it(`may have the clause ${clause}`, () => void parseRule(`avg(host_cpu_ratio, 10m) > 80% ${clause}`))
  }

  for (const [, end = '', limits = ''] of alertsPage.matchAll(/^\| `(_\w+)` \|[^|]*\| ([^|]+) \|$/gm)) {
    for (const [, limit = ''] of limits.matchAll(/`([^`]+)`/g)) {
      it(`may have the limit ${limit} for what ends in ${end}`, () => void parseRule(`a${end} > ${limit}`))
    }
  }

  it('is tried wherever one stands', () => {
    assert.ok(rules.length >= 10, String(rules.length))
  })
})

describe('a link in a document', () => {
  for (const { file, text } of documents) {
    for (const [, to = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      it(`leads somewhere: ${to} (${file})`, () => assert.ok(existsSync(join(root, dirname(file), to))))
    }
  }
})
