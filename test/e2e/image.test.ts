import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type DockerEngine, startDocker } from '../support/docker.ts'

const root = join(import.meta.dirname, '..', '..')
const image = 'vigie-under-test'
const run = promisify(execFile)

const config = `import { defineSystem, tcp } from 'vigie'
export default defineSystem({ name: 'S', components: { it: tcp({ host: '127.0.0.1', port: 8470 }) } })
`

describe('the image', { concurrency: 1 }, () => {
  let scratch: string
  let engine: DockerEngine
  before(async () => {
    // Below the repository, since a bundle says from where, seen from its folder, its parts were taken.
    mkdirSync(join(root, '.artifacts'), { recursive: true })
    scratch = mkdtempSync(join(root, '.artifacts', 'image-'))
    await installInto(join(scratch, 'image'))
    engine = await startDocker()
    const base = await engine.importBase()
    const words = ['--network', 'none', '--build-arg', `BASE=${base}`, '--file', join(root, 'Dockerfile')]
    await engine.docker('build', '--tag', image, ...words, join(scratch, 'image'))
  })
  after(async () => {
    await engine?.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  const healthOf = async (id: string): Promise<string> =>
    (await engine.docker('inspect', '--format', '{{.State.Health.Status}}', id)).trim()
  const becomes = async (id: string, wanted: string): Promise<void> => {
    const deadline = Date.now() + 60_000
    for (let now = ''; now !== wanted; now = await healthOf(id)) {
      assert.ok(Date.now() < deadline, `${now} instead of ${wanted}`)
      await wait(200)
    }
  }

  it('runs Vigie as who is not root, on a base that was given by argument', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    assert.equal((await engine.docker('run', '--rm', '--network', 'none', image, '--version')).trim(), version)
    const script = "require('fs').writeFileSync('/data/x', ''); console.log(process.getuid())"
    const own = await engine.docker('run', '--rm', '--network', 'none', '--entrypoint', 'node', image, '-e', script)
    assert.equal(own.trim(), '1000')
  })

  it('starts the watch unless it is told otherwise', async () => {
    const { Cmd, Entrypoint } = JSON.parse(await engine.docker('inspect', '--format', '{{json .Config}}', image))
    assert.deepEqual(Entrypoint.slice(0, 1), ['node'])
    assert.equal(Cmd[0], 'up')
  })

  it('watches, healthy, until it is stopped; frozen it is unhealthy', async () => {
    mkdirSync(join(scratch, 'config'))
    writeFileSync(join(scratch, 'config', 'vigie.config.ts'), config)
    const fast = ['--health-interval', '1s', '--health-timeout', '3s', '--health-retries', '1']
    const mounted = ['--volume', `${join(scratch, 'config')}:/config:ro`]
    const id = (await engine.docker('run', '--detach', '--network', 'none', ...fast, ...mounted, image)).trim()
    await becomes(id, 'healthy')
    await engine.docker('kill', '--signal', 'SIGSTOP', id)
    await becomes(id, 'unhealthy')
    await engine.docker('kill', '--signal', 'SIGCONT', id)
    await becomes(id, 'healthy')
    await engine.docker('stop', '--time', '30', id)
    const exitCode = (await engine.docker('inspect', '--format', '{{.State.ExitCode}}', id)).trim()
    // 137 would be Docker's own SIGKILL.
    assert.notEqual(exitCode, '137')
  })

  it('is unhealthy when nobody answers', async () => {
    const fast = ['--health-interval', '1s', '--health-start-period', '1ms', '--health-retries', '1']
    const idle = ['--entrypoint', 'node', image, '-e', 'setInterval(() => {}, 1000)']
    const id = (await engine.docker('run', '--detach', '--network', 'none', ...fast, ...idle)).trim()
    await becomes(id, 'unhealthy')
  })
})

/** As `npm install vigie` leaves a folder: the package as it is published, built anew, and what it depends on. */
async function installInto(folder: string): Promise<void> {
  const copy = join(folder, '..', 'copy')
  const parts = [
    'bin',
    'src',
    'scripts',
    'examples',
    'test',
    'bench',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ]
  for (const part of parts)
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (name) => !name.endsWith('/.vigie') })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  await run(process.execPath, [join('scripts', 'build.ts')], { cwd: copy })
  const modules = join(folder, 'node_modules')
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(copy, part), join(modules, 'vigie', part), { recursive: true })
  }
  const wanted = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)
  const copied = new Set<string>()
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (copied.has(name)) continue
    copied.add(name)
    const from = realpathSync(join(root, 'node_modules', name))
    cpSync(from, join(modules, name), { recursive: true, dereference: true })
    wanted.push(...Object.keys(JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')).dependencies ?? {}))
  }
}
