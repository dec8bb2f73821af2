import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type CliResult, vigie } from '../support/cli.ts'
import { mounted } from '../support/mounted.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const config = (options = ''): string => `import { defineSystem, files } from 'vigie'
export default defineSystem({ name: 'S', components: { d: files({ path: 'data', ${options} }) } })
`
/** `data` has a file of today, and below it `vol`, a file system in memory with three old files that all may change. */
const volume = `
  mount -t tmpfs none "$0/data/vol"
  touch -d 2020-01-01 "$0/data/vol/a" "$0/data/vol/b" "$0/data/vol/c"
  chmod 777 "$0/data/vol/"*
  exec "$@"`

async function place(options: string, work: (system: ScratchSystem) => Promise<void>): Promise<void> {
  const system = scratchSystem(config(options))
  for (const folder of ['data/vol', 'data/bind', 'other']) mkdirSync(join(system.dir, folder), { recursive: true })
  system.write('data/new', '')
  try {
    await work(system)
  } finally {
    system.remove()
  }
}

function stepsOf(
  result: CliResult,
): Record<string, { status: string; summary: string; actions: { target: string }[] }> {
  const { steps } = result.json()
  return Object.fromEntries(steps.map((step: { id: string }) => [step.id.slice('d/'.length), step]))
}

describe('what is mounted below a folder', () => {
  const checks = ['run', 'd/stale', 'd/size', 'd/permissions', '--json']

  it('is looked at by the checks, and told not to be cleaned', () =>
    place('', async ({ dir, config: at }) => {
      const seen = stepsOf(await vigie([...checks, ...at], { through: mounted(dir, volume) }))
      assert.match(seen['stale']?.summary ?? '', /^3 files are older than 30.d/)
      assert.match(seen['size']?.summary ?? '', /^4 files/)
      assert.match(seen['permissions']?.summary ?? '', /vol\/[abc] has mode 777/)
      const told = await vigie(['run', 'd/stale', ...at], { through: mounted(dir, volume) })
      assert.ok(told.stdout.includes(`files({ path: '${join(dir, 'data/vol')}' })`), told.stdout)
    }))

  it('is told to be left out by checks that were asked to leave it out', () =>
    place("otherFileSystems: 'leave out'", async ({ dir, config: at }) => {
      const seen = stepsOf(await vigie([...checks, ...at], { through: mounted(dir, volume) }))
      for (const name of ['stale', 'size', 'permissions']) {
        assert.equal(seen[name]?.status, 'pass')
        assert.ok(seen[name]?.summary.includes(`; left out: 1 mount (${join(dir, 'data/vol')})`), seen[name]?.summary)
      }
      const empty = `rm "$0/data/new"; ${volume}`
      const blind = stepsOf(await vigie([...checks, ...at], { through: mounted(dir, empty) }))
      for (const name of ['stale', 'size', 'permissions']) assert.equal(blind[name]?.status, 'error')
    }))

  it('is never cleaned, on another file system or on the same one', () =>
    place('', async ({ dir, write, config: at }) => {
      for (const file of ['data/old', 'other/precious']) utimesSync(write(file, 'x'), 0, 0)
      const bind = `mount --bind "$0/other" "$0/data/bind"; ${volume}`
      const dry = await vigie(['run', 'd/clean', '--dry-run', '--json', ...at], { through: mounted(dir, bind) })
      const targets = stepsOf(dry)['clean']?.actions.map(({ target }) => target)
      assert.deepEqual(targets, [join(dir, 'data/old')])
    }))

  it('is told by the system when it may not be changed, the path once', () =>
    place('', async ({ dir, write, config: at }) => {
      utimesSync(write('data/old', 'x'), 0, 0)
      const { plan } = (await vigie(['run', 'd/clean', '--dry-run', '--json', ...at])).json().run
      const fixed = 'mount --bind "$0/data" "$0/data"; mount -o remount,ro,bind "$0/data"; exec "$@"'
      const failed = await vigie(['run', 'd/clean', '--approve', plan, '--json', ...at], {
        through: mounted(dir, fixed),
      })
      assert.deepEqual(
        failed.json().findings.map(({ title }: { title: string }) => title),
        [stepsOf(failed)['clean']?.summary],
      )
      const { status = '', summary = '' } = stepsOf(failed)['clean'] ?? {}
      assert.equal(status, 'fail')
      assert.equal(summary.split(join(dir, 'data/old')).length, 2, summary)
      assert.match(summary, /EROFS: read-only file system/)
      const { plan: again } = (await vigie(['run', 'd/clean', '--dry-run', '--json', ...at])).json().run
      await vigie(['run', 'd/clean', '--approve', again, ...at])
      assert.deepEqual((await vigie(['findings', 'list', '--json', ...at])).json().findings, [])
    }))

  it('is not cleaned when it was mounted between the plan and the act', () =>
    place('', async ({ dir, write }) => {
      utimesSync(write('data/bind/old', 'x'), 0, 0)
      const urlOf = (path: string): string => JSON.stringify(import.meta.resolve(path))
      // The same files, so that nothing but the mount tells the difference.
      const script = `
        import { execFileSync } from 'node:child_process'
        import { filesOptions } from ${urlOf('../../src/integrations/files/options.ts')}
        import { cleanTask } from ${urlOf('../../src/integrations/files/tasks/clean.ts')}
        import { aComponent, testContext } from ${urlOf('../support/context.ts')}
        const [dir] = process.argv.slice(1)
        const ctx = testContext()
        const task = [aComponent(filesOptions.parse({ path: dir })), cleanTask.options.parse({}), ctx]
        const actions = await cleanTask.plan(...task)
        execFileSync('mount', ['--bind', dir + '/bind', dir + '/bind'])
        for (const action of actions) console.log(JSON.stringify(await cleanTask.execute(action, ...task)))
        await ctx.close()`
      const [program = '', ...args] = [
        ...mounted(dir, 'exec "$@"'),
        process.execPath,
        '--input-type=module',
        '-e',
        script,
      ]
      const { stdout } = await promisify(execFile)(program, [...args, join(dir, 'data')])
      assert.deepEqual(JSON.parse(stdout), { status: 'skipped', reason: { code: 'files.clean-mounted', params: {} } })
      assert.ok(existsSync(join(dir, 'data/bind/old')))
    }))
})
