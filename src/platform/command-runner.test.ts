import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { mounted } from '../../test/support/mounted.ts'
import type { CommandSpec } from '../core/context.ts'
import { runCommand } from './command-runner.ts'
import { makeControlGroup } from './control-group.ts'
import { isProcessAlive } from './process-alive.ts'

const never = new AbortController().signal
const run = (argv: CommandSpec['argv'], more: Partial<CommandSpec> = {}, signal = never) =>
  runCommand({ argv, ...more }, { signal, graceMs: 200 })

/** A grandchild that left its session and ignores TERM, with one of its own; each writes its number to a file. */
const stubborn = (dir: string): string => `
  setsid sh -c 'trap "" TERM; echo $$ >> ${dir}/pids; (trap "" TERM; echo $BASHPID >> ${dir}/pids; while :; do sleep 1; done) & while :; do sleep 1; done' &
  while [ ! -s ${dir}/pids ]; do sleep 0.05; done`

function pidsIn(dir: string): number[] {
  return readFileSync(join(dir, 'pids'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)
}

describe('a command', () => {
  it('is ended with its whole tree at its limit, a setsid grandchild that ignores TERM included', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
    const result = await run(['bash', '-c', `${stubborn(dir)}; sleep 600`], { timeoutMs: 1500 })
    assert.equal(result.outcome, 'timed-out')
    assert.ok(pidsIn(dir).length > 0)
    assert.deepEqual(pidsIn(dir).filter(isProcessAlive), [])
    rmSync(dir, { recursive: true })
  })

  describe('whose grandchild left its session, its parents and its environment', () => {
    /** The grandchild writes its id; `how` is what else it gives up, and its parent lives for so many seconds. */
    const hidden = (dir: string, how: string, parentLives = 0): CommandSpec['argv'] => {
      const grandchild = `trap "" TERM; echo $$ > ${dir}/pids; while :; do sleep 1; done`
      const leave = `(setsid env -i sh -c '${grandchild}' ${how} & sleep ${parentLives}) &`
      return ['sh', '-c', `${leave} while [ ! -s ${dir}/pids ]; do sleep 0.05; done; sleep 600`]
    }
    const silent = '</dev/null >/dev/null 2>&1'

    it('ends it by the pipes that it still holds', async () => {
      const dir = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
      const result = await run(hidden(dir, ''), { timeoutMs: 1500 })
      assert.deepEqual(
        { outcome: result.outcome, survivors: result.ending?.survivors },
        { outcome: 'timed-out', survivors: [] },
      )
      assert.deepEqual(pidsIn(dir).filter(isProcessAlive), [])
      rmSync(dir, { recursive: true })
    })

    it('ends it where there is a control group, and claims no more than it knows where there is none', async () => {
      const dir = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
      const { outcome, ending } = await run(hidden(dir, silent), { timeoutMs: 1500 })
      assert.equal(outcome, 'timed-out')
      const alive = pidsIn(dir).filter(isProcessAlive)
      const group = await makeControlGroup('vigie-test')
      await group?.remove()
      assert.equal(ending?.isGroupEmpty, group !== undefined)
      if (group !== undefined) assert.deepEqual(alive, [])
      for (const pid of alive) process.kill(pid, 'SIGKILL')
      rmSync(dir, { recursive: true })
    })

    it('without any control group: ends it by its pipes, or by a parent that was seen, and never claims to have all', async () => {
      for (const [how, parentLives] of [
        ['', 0],
        [silent, 1],
      ] as const) {
        const dir = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
        const script = `
          import { runCommand } from ${JSON.stringify(new URL('command-runner.ts', import.meta.url).href)}
          const [argv] = process.argv.slice(1)
          const limits = { signal: new AbortController().signal, graceMs: 200 }
          const { outcome, ending } = await runCommand({ argv: JSON.parse(argv), timeoutMs: 2500 }, limits)
          process.stdout.write(JSON.stringify({ outcome, ending }))`
        const words = [
          process.execPath,
          '--input-type=module',
          '-e',
          script,
          JSON.stringify(hidden(dir, how, parentLives)),
        ]
        const [program = '', ...args] = [...mounted(dir, 'mount -t tmpfs none /sys/fs/cgroup; exec "$@"'), ...words]
        const { stdout, stderr } = await run([program, ...args], { timeoutMs: 30_000 })
        const expected = { outcome: 'timed-out', ending: { isGroupEmpty: false, survivors: [] } }
        assert.deepEqual(JSON.parse(stdout), expected, stderr)
        assert.deepEqual(pidsIn(dir).filter(isProcessAlive), [], how)
        rmSync(dir, { recursive: true })
      }
    })
  })

  it('that runs when we are killed is ended by the next command, with what it started; others are left alone', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
    const module = JSON.stringify(new URL('command-runner.ts', import.meta.url).href)
    const start = (argv: readonly string[]) => {
      const script = `
        import { runCommand } from ${module}
        const { stdout } = await runCommand({ argv: ${JSON.stringify(argv)} }, { signal: new AbortController().signal })
        process.stdout.write(stdout)`
      return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    }
    const pidOf = async (name: string): Promise<number> => {
      for (let tries = 0; tries < 400; tries++) {
        const text = existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8').trim() : ''
        if (text !== '') return Number(text)
        await wait(25)
      }
      return assert.fail(`no process wrote ${name}`)
    }
    const line = (name: string): string[] => ['sh', '-c', `sh -c 'echo $$ > ${dir}/${name}; exec sleep 600' & wait`]
    const [killed, living] = [start(line('killed')), start(line('living'))]
    const [orphan, other] = [await pidOf('killed'), await pidOf('living')]
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    assert.ok(isProcessAlive(orphan))
    await once(start(['true']), 'exit')
    assert.deepEqual([orphan, other].map(isProcessAlive), [false, true])
    // Its Vigie ends with it.
    process.kill(other, 'SIGKILL')
    await once(living, 'exit')
    rmSync(dir, { recursive: true })
  })

  it('leaves nothing behind in the background when it ends by itself', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
    const result = await run(['bash', '-c', stubborn(dir)], { timeoutMs: 20_000 })
    assert.deepEqual({ outcome: result.outcome, code: result.exitCode }, { outcome: 'exited', code: 0 })
    assert.deepEqual(pidsIn(dir).filter(isProcessAlive), [])
    rmSync(dir, { recursive: true })
  })

  it('is ended when the run is canceled', async () => {
    const canceled = new AbortController()
    const running = run(['sleep', '600'], {}, canceled.signal)
    canceled.abort()
    assert.equal((await running).outcome, 'timed-out')
  })

  it('may write 200 MB: the beginning and the end are kept, the rest is counted', async () => {
    const result = await run(['sh', '-c', 'echo first; head -c 200000000 /dev/zero | tr "\\0" x; echo; echo last'], {
      timeoutMs: 60_000,
      maxOutputBytes: 100_000,
    })
    assert.equal(result.outputBytes, 200_000_012)
    assert.ok(result.isTruncated)
    assert.ok(result.stdout.length < 101_000)
    assert.match(result.stdout, /^first/)
    assert.match(result.stdout, /last\n$/)
  })

  it('is told apart: exit code, signal, missing program, no permission, binary output', async () => {
    assert.equal((await run(['sh', '-c', 'exit 3'])).exitCode, 3)
    assert.equal((await run(['sh', '-c', 'kill -9 $$'])).signal, 'SIGKILL')
    assert.equal((await run(['no-such-program-anywhere'])).outcome, 'not-found')
    assert.equal((await run(['/etc/passwd'])).outcome, 'not-permitted')
    assert.equal((await run(['head', '-c', '50', '/dev/urandom'])).isBinary, true)
    assert.equal((await run(['echo', 'é'])).isBinary, false)
  })

  it('that this machine has no means to start is not called missing', async () => {
    const script = `
      import { openSync } from 'node:fs'
      import { runCommand } from ${JSON.stringify(new URL('command-runner.ts', import.meta.url).href)}
      await runCommand({ argv: ['true'] }, { signal: new AbortController().signal })
      try { for (;;) openSync('/dev/null') } catch {}
      const end = await runCommand({ argv: ['true'] }, { signal: new AbortController().signal }).catch(({ code }) => code)
      process.stdout.write(String(end))`
    const limited = 'ulimit -n 80; exec "$0" --input-type=module -e "$1"'
    const { stdout } = await run(['sh', '-c', limited, process.execPath, script], { timeoutMs: 20_000 })
    assert.equal(stdout, 'EMFILE')
  })

  it('sees nothing of how it is started: its environment, its input, its name and its exit code are its own', async () => {
    const { stdout } = await run(['/usr/bin/env', '-0'], { env: { GIVEN: 'a\nb', PWD: '/given' } })
    const names = stdout.split('\0').map((line) => line.slice(0, line.indexOf('=')))
    const expected = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'USER', 'TMPDIR'].filter(
      (name) => process.env[name] !== undefined,
    )
    assert.deepEqual(new Set(names.filter((name) => name !== '')), new Set([...expected, 'GIVEN', 'PWD', 'VIGIE_STEP']))
    assert.match(stdout, /GIVEN=a\nb\0/)
    assert.equal(
      (await run(['sh', '-c', 'echo "$0 $*"; cat; exit 127', 'name', '-x', 'a b'], { stdin: 'in' })).stdout,
      'name -x a b\nin',
    )
    assert.equal((await run(['sh', '-c', 'exit 127'])).exitCode, 127)
    const { stdout: odd } = await run(['env'], { env: { 'a.b': 'kept' } })
    assert.match(odd, /^a\.b=kept$/m)
  })

  it('gets no secret of our own environment, but what it is given', async () => {
    process.env['VIGIE_TEST_SECRET'] = 'hunter2'
    const { stdout } = await run(['env'], { env: { GIVEN: 'yes' }, stdin: 'ignored' })
    assert.doesNotMatch(stdout, /hunter2/)
    assert.match(stdout, /GIVEN=yes/)
  })
})
