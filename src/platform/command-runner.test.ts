import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { CommandSpec } from '../core/context.ts'
import { runCommand } from './command-runner.ts'
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

  it('gets no secret of our own environment, but what it is given', async () => {
    process.env['VIGIE_TEST_SECRET'] = 'hunter2'
    const { stdout } = await run(['env'], { env: { GIVEN: 'yes' }, stdin: 'ignored' })
    assert.doesNotMatch(stdout, /hunter2/)
    assert.match(stdout, /GIVEN=yes/)
  })
})
