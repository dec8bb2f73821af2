import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { shippedKinds } from '../../src/catalog.ts'
import { loadSystem } from '../../src/config/load-system.ts'
import { protectedPathsFor } from '../../src/engine/protected-paths.ts'
import { vigie } from '../support/cli.ts'
import { testContext } from '../support/context.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

/** An old file, its folder made where it is missing. */
function putOld(system: ScratchSystem, file: string, text = 'x'): void {
  mkdirSync(dirname(join(system.dir, file)), { recursive: true })
  utimesSync(system.write(file, text), 0, 0)
}

async function planned(system: ScratchSystem, step: string): Promise<readonly string[]> {
  const dry = await vigie(['run', step, '--dry-run', '--json', ...system.config])
  assert.equal(dry.code, 0, dry.stdout + dry.stderr)
  return dry.json().steps[0].actions.map(({ target }: { target: string }) => target.slice(system.dir.length + 1))
}

describe('cleaning', () => {
  it('leaves alone another component, a protected folder and .vigie inside its own declared folder [A11]', async () => {
    const system = scratchSystem(`import { defineSystem, files } from 'vigie'
export default defineSystem({ name: 'S', protect: ['all/kept'], components: { all: files({ path: 'all' }), sources: files({ path: 'all/sources' }) } })
`)
    for (const folder of ['all/sources', 'all/kept', 'all/.vigie', 'all/free']) putOld(system, `${folder}/old`)
    assert.deepEqual(await planned(system, 'all/clean'), ['all/free/old'])
    system.remove()
  })

  it('leaves alone all that Vigie needs: configs, what they import, variables, secrets, packages and state', async () => {
    const system = scratchSystem('', 'main.config.ts')
    const files: Readonly<Record<string, string>> = {
      'main.config.ts': `import { command, defineSystem, email, files, postgres, secretFile } from 'vigie'
        import { path } from './lib/parts.ts'
        import { url } from 'mine'
        export default defineSystem({ name: 'S', components: {
          d: files({ path }), db: postgres({ url: secretFile('secrets/db') }),
          c: command({ command: 'true', env: { TOKEN: secretFile('secrets/link'), url } }) },
          channels: { mail: email({ host: 'h', from: 'a@b.org', to: 'a@b.org', user: 'u', password: secretFile('secrets/smtp') }) },
          heartbeats: { job: { key: secretFile('secrets/ping'), every: '1d' } },
          deadman: secretFile('secrets/outside') })`,
      'lib/parts.ts': `export { path } from './deep.ts'; import './data.json' with { type: 'json' }; import './old.cjs'`,
      'lib/deep.ts': `export const path = '.'`,
      'lib/data.json': '{}',
      'lib/old.cjs': `require('./required.cjs')`,
      'lib/required.cjs': '',
      'package.json': '{}',
      'node_modules/mine/package.json': '{ "name": "mine", "exports": "./index.js", "type": "module" }',
      'node_modules/mine/index.js': `export const url = 'x'`,
      'node_modules/beside/index.js': '',
      '.env': 'A=1',
      '.env.local': 'A=1',
      'secrets/db': 'postgres://127.0.0.1:1/nowhere',
      'secrets/target': 'token',
      'secrets/smtp': 'word',
      'secrets/ping': 'p1ngKeyOfNightlyBackupJob0',
      'secrets/outside': 'http://outside.example.org/',
      'second.config.json': JSON.stringify({
        name: 'Second',
        components: { db: { kind: 'postgres', url: { secretFile: 'secrets/second' } } },
      }),
      'secrets/second': 'postgres://127.0.0.1:1/nowhere',
      'vigie.config.mjs': 'never loaded',
      'sub/vigie.config.yaml': 'never loaded',
      'sub/.env': 'B=1',
      'sub/package.json': '{}',
      'sub/node_modules/x/index.js': '',
      '.git/HEAD': 'ref: refs/heads/main',
      'elsewhere/state.db': '',
      'elsewhere/audit.head': '',
    }
    for (const [file, text] of Object.entries(files)) putOld(system, file, text)
    symlinkSync('target', join(system.dir, 'secrets/link'))
    const free = ['lib/unused.ts', 'sub/old.log', 'sub/deeper/.env', 'secrets/other']
    for (const file of free) putOld(system, file)
    // Not loaded with the first, so nothing is known of these two.
    const unknown = ['second.config.json', 'secrets/second']
    const needed = Object.keys(files).filter((file) => !unknown.includes(file))

    assert.deepEqual((await planned(system, 'd/clean')).toSorted(), [...free, ...unknown].toSorted())

    const systems = [
      await loadSystem(join(system.dir, 'main.config.ts'), shippedKinds),
      await loadSystem(join(system.dir, 'second.config.json'), shippedKinds),
    ]
    const actor = systems[0]?.components.find(({ name }) => name === 'd')
    assert.ok(actor !== undefined)
    const paths = await protectedPathsFor(actor, systems, join(system.dir, 'data'), () => testContext())
    for (const file of unknown) assert.ok(paths.includes(join(system.dir, file)), `${file} of the second system`)

    const { plan } = (await vigie(['run', 'd/clean', '--dry-run', '--json', ...system.config])).json().run
    const done = await vigie(['run', 'd/clean', '--approve', plan, '--json', ...system.config])
    assert.equal(done.code, 0, done.stdout + done.stderr)
    for (const file of needed) assert.equal(readFileSync(join(system.dir, file), 'utf8'), files[file])
    for (const file of free) assert.equal(existsSync(join(system.dir, file)), false, file)
    assert.deepEqual(await planned(system, 'd/clean'), [])
    system.remove()
  })

  it('of a folder among the installed packages is the will of who declared it', async () => {
    const system = scratchSystem(`import { defineSystem, files } from 'vigie'
export default defineSystem({ name: 'S', components: { d: files({ path: 'node_modules/.cache' }), all: files({ path: 'node_modules' }) } })
`)
    for (const file of ['node_modules/.cache/old', 'node_modules/x/index.js']) putOld(system, file)
    assert.deepEqual(await planned(system, 'd/clean'), ['node_modules/.cache/old'])
    assert.deepEqual(await planned(system, 'all/clean'), [])
    system.remove()
  })
})
