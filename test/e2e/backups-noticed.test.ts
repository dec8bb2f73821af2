import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { backupsListOutput } from '../../src/cli/json-shapes/backups.ts'
import { runOutput } from '../../src/cli/json-shapes/runs.ts'
import { boxSystem } from '../support/box-system.ts'
import { vigie } from '../support/cli.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const systems: { remove(): void }[] = []
after(() => {
  for (const system of systems) system.remove()
})
const known = <T extends { remove(): void }>(system: T): T => {
  systems.push(system)
  return system
}

describe('what is noticed while a backup is made', () => {
  test('is told at once when a table became empty, and the backup is one all the same', async () => {
    const { config, fill } = known(boxSystem(Array.from({ length: 500 }, (_, line) => `thing ${line}`)))
    const first = await vigie(['backups', 'create', '--json', ...config])
    assert.deepEqual(first.json().steps[0].actions[0].notes, [])
    fill([])
    const emptied = await vigie(['backups', 'create', '--json', ...config])
    assert.equal(emptied.code, 0, emptied.stdout)
    const [step] = emptied.json().steps
    assert.equal(step.status, 'done')
    const warnings = step.actions[0].notes.filter(({ isWarning }: { isWarning: boolean }) => isWarning)
    assert.deepEqual(
      warnings.map(({ about, code }: { about: string; code: string }) => [about, code]),
      [
        ['things', 'backups.size-emptied'],
        ['things', 'backups.size-emptied'],
      ],
    )
    assert.match(warnings[1].message, /things\/lines lines is empty in \S+; it had 500 rows/)
    const told = await vigie(['backups', 'create', '--locale', 'fr', ...config])
    assert.equal(told.code, 0, told.stdout)
    fill(Array.from({ length: 500 }, (_, line) => `thing ${line}`))
    await vigie(['backups', 'create', ...config])
    await vigie(['backups', 'create', ...config])
    fill(['one'])
    const french = await vigie(['backups', 'create', '--locale', 'fr', ...config])
    assert.equal(french.code, 0, french.stdout)
    assert.match(
      french.stdout.replaceAll(/\s+/g, ' '),
      /things ?: things\/lines lines a 1 lignes dans .* au lieu des 500/,
    )
    assert.match(french.stdout, /Était-ce voulu/)
  })

  test('is told of each part, when it is made and whenever it is listed: what was left out, and why one is not in it', async () => {
    const config = {
      name: 'Shop',
      components: {
        docs: { kind: 'files', path: 'docs', backup: { exclude: ['**/*.tmp'] } },
        more: { kind: 'files', path: 'more' },
      },
      backups: { nightly: { what: ['docs', 'more'], to: { kind: 'folder', path: 'repository' } } },
    }
    const { dir, config: words } = known(scratchSystem(JSON.stringify(config), 'vigie.config.json'))
    for (const folder of ['docs', 'more', 'repository']) mkdirSync(join(dir, folder))
    for (const name of ['docs/a', 'docs/b.tmp', 'more/c']) writeFileSync(join(dir, name), name)
    const made = await vigie(['backups', 'create', '--json', ...words])
    assert.equal(made.code, 0, made.stdout + made.stderr)
    const [note] = made.json().steps[0].actions[0].notes
    assert.equal(note.about, 'docs/tree')
    assert.match(note.message, /b\.tmp/)
    const { backups } = (await vigie(['backups', 'list', '--json', ...words])).json()
    const [docs, more] = backups[0].parts
    assert.deepEqual([docs.notes[0].message, docs.failure, more.notes], [note.message, null, []])
    const one = await vigie(['backups', 'list', backups[0].id.slice(0, -2), ...words])
    assert.equal(one.code, 0, one.stdout)
    assert.match(one.stdout, /docs\/tree: .* stored as/)
    assert.match(one.stdout, /b\.tmp/)
    assert.deepEqual((await vigie(['backups', 'list', 'latest', '--json', ...words])).json().backups, backups)

    rmSync(join(dir, 'more'), { recursive: true })
    const partial = await vigie(['backups', 'create', '--json', ...words])
    assert.equal(partial.code, 1)
    const notes = partial.json().steps[0].actions[0].notes
    assert.deepEqual(
      notes.map(({ about, isWarning }: { about: string; isWarning: boolean }) => [about, isWarning]),
      [
        ['docs/tree', false],
        ['more/all', true],
      ],
    )
    const listed = (await vigie(['backups', 'list', 'latest', '--json', ...words])).json().backups
    assert.deepEqual([listed.length, listed[0].status], [1, 'partial'])
    assert.match(listed[0].parts[1].failure, /more/)
    backupsListOutput.parse({ backups: listed })
    runOutput.parse(partial.json())
    const text = await vigie(['backups', 'list', 'latest', ...words])
    assert.match(text.stdout, /more\/all is not in it/)
    const unknown = await vigie(['backups', 'list', 'nothing', ...words])
    assert.deepEqual([unknown.code, unknown.stdout], [2, ''])
  })
})
