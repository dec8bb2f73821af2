import assert from 'node:assert/strict'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { mounted } from '../support/mounted.ts'
import { assertRuns, plantProjects } from '../support/planted.ts'
import { assertFits } from '../support/schema.ts'

const { dir: scratch, project, remove } = plantProjects()
after(remove)

describe('vigie init refuses', { concurrency: 2 }, () => {
  for (const name of ['vigie.config.ts', 'vigie.config.yaml', 'vigie.config.mjs']) {
    it(`to write where a ${name} is, unless forced`, async () => {
      const dir = project(`has ${name}`, { [name]: 'mine' })
      const got = await vigie(['init', '.', '--locale', 'fr'], { cwd: dir })
      assert.equal(got.code, 2)
      assert.ok(got.stderr.includes(`${name} existe déjà`), got.stderr)
      assert.match(got.stderr, /--force/)
      const told = (await vigie(['init', '--json'], { cwd: dir })).json()
      assertFits('error', told)
      assert.ok(told.error.message.includes(name))
      assert.equal(readFileSync(join(dir, name), 'utf8'), 'mine')
      assert.equal((await vigie(['init', '--force'], { cwd: dir })).code, 0)
      await assertRuns(dir)
    })
  }

  it('to write through a link that leads out of the folder', async () => {
    const dir = project('linked')
    symlinkSync(join(scratch, 'elsewhere.ts'), join(dir, 'vigie.config.ts'))
    assert.equal((await vigie(['init'], { cwd: dir })).code, 2)
  })

  it('a place that takes no file, and says which and why', async () => {
    const dir = project('places', { file: '' })
    for (const place of ['/proc/vigie', join(dir, 'file'), join(dir, 'file', 'below'), join(dir, 'no', 'folder')]) {
      const got = await vigie(['init', place, '--json'])
      assert.equal(got.code, 2, place)
      assertFits('error', got.json())
      assert.equal(got.json().error.code, 'usage')
      assert.match(got.json().error.message, /vigie\.config\.ts cannot be written: E[A-Z]+/)
    }
  })

  it('a folder that may not be written to', async () => {
    const dir = project('read-only')
    const through = mounted(dir, 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; cd "$0"; exec "$@"')
    const failed = await vigie(['init', '--locale', 'fr'], { cwd: dir, through })
    assert.equal(failed.code, 2, failed.stderr)
    assert.match(failed.stderr, /ne peut pas être écrit\u00a0: EROFS/)
  })
})

describe('a package.json that is no JSON object', () => {
  it('is told as the culprit when it keeps what the config imports from loading', async () => {
    const dir = project('package', {
      'package.json': '{ "name": ',
      'vigie.config.ts': `import { name } from './name.ts'\nexport default { name, components: {} }\n`,
      'name.ts': "export const name = 'x'\n",
    })
    const got = await vigie(['config', 'explain', '--json'], { cwd: dir })
    assert.equal(got.code, 2)
    assertFits('error', got.json())
    const { code, message, hint } = got.json().error
    assert.equal(code, 'config-unreadable')
    assert.ok(message.includes(`because of ${join(dir, 'package.json')}, which is not a valid JSON object`), message)
    assert.ok(hint.includes(join(dir, 'package.json')), hint)
  })
})
