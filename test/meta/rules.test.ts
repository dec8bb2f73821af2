import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { importViolations } from '../../scripts/import-rules.ts'
import { codeSteps } from '../../src/catalog/with-migrations.ts'
import { everyKind, shippedKinds } from '../../src/catalog.ts'
import { commandCatalog, helpTexts } from '../../src/cli/catalog.ts'
import { helpPageTexts } from '../../src/cli/help.ts'
import { sharedTexts } from '../../src/cli/texts.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { locales } from '../../src/core/message.ts'
import { allMessages } from '../../src/messages.ts'

const root = join(import.meta.dirname, '..', '..')

describe('the rules of the house', () => {
  it('are kept by every import of the source', async () => {
    const { files, violations } = await importViolations(join(root, 'src'))
    assert.ok(files > 100, 'the check reads the source')
    assert.deepEqual(violations, [])
  })

  it('are seen to be broken when a violation is planted', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-rules-'))
    const plant = (file: string, text: string): void => {
      mkdirSync(join(dir, file, '..'), { recursive: true })
      writeFileSync(join(dir, file), text)
    }
    plant('core/up.ts', "import type { X } from '../engine/x.ts'")
    plant('engine/up.ts', "const x = await import('../cli/main.ts')")
    plant('integrations/a/checks/one.ts', "import { two } from './two.ts'")
    plant('integrations/a/component.ts', "import { b } from '../b/component.ts'")
    plant('integrations/a/checks/fine.ts', "import { x } from '../../../core/x.ts'")
    plant('nowhere/x.ts', "import { x } from '../core/x.ts'")
    const { violations } = await importViolations(dir)
    rmSync(dir, { recursive: true })
    const where = violations.map(({ file }) => file.slice(dir.length + 1)).toSorted()
    assert.deepEqual(where, [
      'core/up.ts',
      'engine/up.ts',
      'integrations/a/checks/one.ts',
      'integrations/a/component.ts',
      'nowhere/x.ts',
    ])
  })

  it('give every declared text a place in a catalog, in both languages', async () => {
    const commands = await Promise.all(commandCatalog.map(({ load }) => load()))
    const messages = allMessages(await everyKind(), [
      ...sharedTexts,
      ...helpTexts,
      ...helpPageTexts,
      ...new Set(commands.flatMap(({ texts }) => texts)),
    ])
    const declared: string[] = []
    for await (const file of glob(join(root, 'src/**/*.ts'))) {
      if (file.endsWith('.test.ts')) continue
      const text = await readFile(file, 'utf8')
      declared.push(...[...text.matchAll(/\bmessage(?:<[^()]*?>)?\(\s*'([a-z0-9.-]+)'/g)].map(([, code]) => code ?? ''))
    }
    assert.ok(declared.length > 200)
    assert.deepEqual(
      declared.filter((code) => !messages.has(code)),
      [],
    )
    for (const locale of locales) {
      const format = createFormatter(locale)
      for (const { code, renderings } of messages.values()) {
        assert.equal(typeof renderings[locale], 'function', code)
        if (renderings[locale].length === 0) assert.notEqual(renderings[locale]({}, format), '', code)
      }
    }
  })

  it('list every component kind under its own name', async () => {
    assert.deepEqual(
      (await everyKind()).map(({ kind }) => kind),
      shippedKinds.names,
    )
  })

  it('give every kind a summary, strict options with defaults, and a test beside it or a test of its folder', async () => {
    // What a care feature gives to every component that has what it works on.
    const shared = new Set<object>([codeSteps.check, ...codeSteps.tasks])
    for (const { kind, checks, tasks } of await everyKind()) {
      for (const one of [...checks, ...tasks]) {
        assert.ok(one.kind.startsWith(`${kind}-`) || shared.has(one), one.kind)
        assert.ok(one.options.safeParse({}).success, `${one.kind} has an option without a default`)
        assert.ok(!one.options.safeParse({ notAnOption: 1 }).success, `${one.kind} takes unknown options`)
      }
    }
  })
})
