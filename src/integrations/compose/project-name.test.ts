import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { composeOptions } from './options.ts'
import { projectName } from './project-name.ts'

describe('the name of a compose project', () => {
  let dir: string
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-compose-name-'))
    for (const folder of ['My Shop.2', 'named', 'from-env', '_-x']) mkdirSync(join(dir, folder))
    writeFileSync(join(dir, 'named/compose.yaml'), 'services: {}\nname: the-shop\n')
    writeFileSync(join(dir, 'named/other.yml'), 'services: {}\n')
    writeFileSync(join(dir, 'from-env/.env'), 'A=1\nCOMPOSE_PROJECT_NAME="Env_Shop"\n')
    writeFileSync(join(dir, 'from-env/compose.yaml'), 'name: not-this\n')
  })
  after(() => rmSync(dir, { recursive: true, force: true }))

  it('is the one that compose itself would take', async () => {
    for (const [options, name] of [
      [{ project: 'told', dir: 'named' }, 'told'],
      [{ dir: 'named' }, 'the-shop'],
      [{ file: 'named/other.yml' }, 'named'],
      [{ file: ['named/compose.yaml', 'named/other.yml'] }, 'the-shop'],
      [{ dir: 'from-env' }, 'env_shop'],
      [{ dir: 'My Shop.2' }, 'myshop2'],
      [{ file: '_-x/compose.yml' }, 'x'],
    ] as const)
      assert.equal(await projectName(composeOptions.parse(options), dir), name, JSON.stringify(options))
  })
})
