import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { vigie } from '../support/cli.ts'
import { scratchSystem } from '../support/scratch-system.ts'

/** What people, browsers and other machines have called files. */
const hostileNames: readonly (string | Buffer)[] = [
  'two\nlines',
  '\n',
  ' leading and trailing ',
  '-rf',
  '--checkpoint-action=exec=sh',
  'quote \' and " and `backtick` and $(id)',
  '*',
  '\\n is no line',
  'tab\tand\rreturn',
  '\u202Eright to left',
  'e\u0301 and é',
  Buffer.from([0xff, 0xfe, 0x0a, 0x80]),
  Buffer.from('latin1 \xe9t\xe9', 'latin1'),
  'x'.repeat(255),
]

describe('a tree with names that nobody would choose', () => {
  test('goes into a backup, is verified and drilled, and comes back with each of them, by Vigie and by hand', async () => {
    const config = {
      name: 'Shop',
      components: { docs: { kind: 'files', path: 'docs' } },
      backups: { nightly: { what: ['docs'], to: { kind: 'folder', path: 'repository' } } },
    }
    const system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    const docs = join(system.dir, 'docs')
    try {
      mkdirSync(join(docs, 'in\nside'), { recursive: true })
      mkdirSync(join(system.dir, 'repository'))
      for (const [index, name] of hostileNames.entries())
        for (const folder of [docs, join(docs, 'in\nside')])
          writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]), `content ${index} of ${folder}`)
      const run = (...words: readonly string[]) => vigie([...words, '--json', ...system.config])
      for (const words of [['create'], ['verify', '--all'], ['drill']]) {
        const done = await run('backups', ...words)
        assert.equal(done.code, 0, done.stdout + done.stderr)
      }
      const back = join(system.dir, 'back')
      const restored = await run('backups', 'restore', 'latest', '--to', back, '--yes')
      assert.equal(restored.code, 0, restored.stdout + restored.stderr)
      execFileSync('diff', ['-r', docs, back])
      const [manifest = ''] = globSync(join(system.dir, 'repository', '**', 'manifest.json'))
      const folder = dirname(manifest)
      execFileSync('sh', ['restore.sh'], { cwd: folder })
      const byHand = join(system.dir, 'by-hand')
      mkdirSync(byHand)
      execFileSync('tar', ['-xf', join(folder, 'restored', 'docs', 'tree.tar'), '-C', byHand])
      execFileSync('diff', ['-r', docs, byHand])

      // A second one, after one of them changed, is good beside the first.
      writeFileSync(join(docs, 'two\nlines'), 'changed')
      assert.equal((await run('backups', 'create')).code, 0)
      assert.equal((await run('backups', 'verify', '--all')).code, 0)

      const one = await run('backups', 'restore', 'latest', '--file', 'two\nlines', '--to', `${back}-one`, '--yes')
      assert.equal(one.code, 0, one.stdout + one.stderr)
      assert.equal(readFileSync(join(`${back}-one`, 'two\nlines'), 'utf8'), 'changed')
    } finally {
      system.remove()
    }
  })
})
