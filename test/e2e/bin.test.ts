import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'node:test'
import { transformSync } from 'esbuild'
import { assertFits } from '../support/schema.ts'

const root = join(import.meta.dirname, '..', '..')
const bin = join(root, 'bin', 'vigie.js')
const facts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

interface Told {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(program: readonly string[], words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Told> {
  const [file = '', ...args] = [...program, bin, ...words]
  const own = { ...process.env, LC_ALL: '', LANG: 'en_GB.UTF-8', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined }
  return new Promise((resolve) =>
    execFile(file, args, { env: { ...own, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  )
}

/** Every Node of this machine that is too old, and this one as it says that it is: there is always one to ask. */
function oldNodes(): readonly (readonly [version: string, program: readonly string[]])[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  const real = new Map<string, readonly string[]>()
  for (const folder of folders) {
    try {
      const file = realpathSync(join(folder, 'node'))
      const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).trim().slice(1)
      if (Number(version.split('.')[0]) < 24) real.set(version, [file])
    } catch {
      // No node there.
    }
  }
  const planted = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.0' } })"
  return [...real, ['18.19.0', [process.execPath, '--import', `data:text/javascript,${planted}`]]]
}

describe('bin/vigie.js', () => {
  for (const [version, program] of oldNodes()) {
    it(`says on Node ${version} which one is needed and how to get it, in the language asked for`, async () => {
      const told = await run(program, ['run', 'daily'])
      assert.equal(told.code, 2)
      assert.equal(told.stdout, '')
      assert.match(
        told.stderr,
        new RegExp(`^Vigie needs Node 24 or newer; this is ${version}\\.\n {2}→ https://nodejs`),
      )
      assert.match(told.stderr, /npx -p node@24 vigie/)
      for (const [words, env] of [
        [['status', '--locale', 'fr'], {}],
        [['status', '--locale=fr'], {}],
        [['--version'], { LANG: 'fr_FR.UTF-8' }],
      ] as const) {
        const french = await run(program, words, env)
        assert.equal(french.code, 2)
        assert.match(french.stderr, new RegExp(`^Vigie demande Node 24 ou plus récent\u00a0; celui-ci est ${version}`))
      }
      const json = await run(program, ['status', '--json'], { LANG: 'fr_FR.UTF-8' })
      assert.equal(json.code, 2)
      assertFits('error', JSON.parse(json.stdout))
      assert.equal(JSON.parse(json.stdout).error.code, 'node-too-old')
    })
  }

  it('asks for the Node that package.json asks for, in words that the oldest Node with modules can read', () => {
    const source = readFileSync(bin, 'utf8')
    assert.equal(facts.engines.node, `>=${/const needed = (\d+)/.exec(source)?.[1]}`)
    const options = { minify: false, format: 'esm', charset: 'utf8' } as const
    const asItIs = transformSync(source, { ...options, target: 'esnext' }).code
    // What an older Node cannot read would be written in other words for it, or refused.
    assert.equal(transformSync(source, { ...options, target: 'node12.20' }).code, asItIs)
  })

  it('runs from the repository: its version, its help, and an unknown command', async () => {
    assert.deepEqual(await run([process.execPath], ['--version']), {
      code: 0,
      stdout: `${facts.version}\n`,
      stderr: '',
    })
    const help = await run([process.execPath], ['--help'])
    assert.equal(help.code, 0, help.stderr)
    assert.match(help.stdout, /vigie init/)
    const unknown = await run([process.execPath], ['statu'])
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /vigie status/)
  })
})
