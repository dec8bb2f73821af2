import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { commandResult } from '../../../../test/support/command-result.ts'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import type { CommandResult } from '../../../core/context.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { outcomeOf } from '../../../engine/outcome.ts'
import { isProcessAlive } from '../../../platform/process-alive.ts'
import type { RunSample } from '../judge-run.ts'
import { commandOptions } from '../options.ts'
import { commandTexts } from '../texts.ts'
import { runCheck } from './run.ts'

let dir = ''
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'vigie-command-'))
})
after(() => rmSync(dir, { recursive: true }))

interface Look {
  readonly options?: object
  readonly component?: object
  readonly timeoutMs?: number
}
type Seen = { readonly verdict: Verdict; readonly sample: RunSample }

/** Runs a real command and judges it. */
async function look(
  command: string | readonly string[],
  { options = {}, component = {}, timeoutMs = 30_000 }: Look = {},
): Promise<Seen> {
  const ctx = testContext({ baseDir: dir, timeoutMs })
  const parsed = runCheck.options.parse(options)
  try {
    const sample = await runCheck.probe(aComponent(commandOptions.parse({ command, ...component })), parsed, ctx)
    return { sample, verdict: runCheck.judge(sample, parsed) }
  } finally {
    await ctx.close()
  }
}
const codeOf = ({ reason }: Verdict): string => reason?.code ?? ''
const summary = ({ verdict }: Seen): string => `${verdict.status} ${codeOf(verdict)}`

describe('a command', () => {
  const table: readonly (readonly [string, string | readonly string[], object, string])[] = [
    ['that ends as it should', 'true', {}, 'pass command.fine'],
    ['that prints nothing, when only its exit code is asked for', ['true'], {}, 'pass command.fine'],
    ['with another exit code', 'exit 3', {}, 'fail command.wrong-exit'],
    ['with an exit code that is allowed', 'exit 3', { exitCodes: [0, 3] }, 'pass command.fine'],
    ['with 0 where only another is allowed', 'true', { exitCodes: [1] }, 'fail command.wrong-exit'],
    ['that a signal ended', 'kill -SEGV $$', {}, 'fail command.killed'],
    ['whose program is missing', ['no-such-program-anywhere'], {}, 'skipped command.missing'],
    ['whose program is missing, in a line for the shell', 'no-such-program-anywhere', {}, 'fail command.wrong-exit'],
    ['that may not be run', ['/etc/passwd'], {}, 'error command.not-permitted'],
    ['whose output matches', 'echo ready', { matches: '^ready$' }, 'pass command.fine'],
    ['whose output must be empty and is not', 'echo ERROR', { matches: '^$' }, 'fail command.lacks'],
    ['whose output does not match', 'echo ready', { matches: 'done' }, 'fail command.lacks'],
    ['whose output is empty where it must match', 'true', { matches: '.' }, 'fail command.lacks'],
    ['whose error output alone matches', 'echo ready >&2', { matches: 'ready' }, 'fail command.lacks'],
    ['whose output holds what it must not', 'echo ERROR', { lacks: 'ERROR' }, 'fail command.holds'],
    ['whose output lacks what it must not hold', 'echo fine', { lacks: 'ERROR' }, 'pass command.fine'],
    ['with both, one of them broken', 'echo a ERROR', { matches: 'a', lacks: 'ERROR' }, 'fail command.holds'],
    [
      'with a number in its limits',
      'echo used 42%',
      { number: { match: '(\\d+)%', failAbove: 90 } },
      'pass command.fine-number',
    ],
    [
      'with a number at its limit',
      'echo 90',
      { number: { match: '(\\d+)', failAbove: 90 } },
      'pass command.fine-number',
    ],
    [
      'with a number above its limit',
      'echo 91',
      { number: { match: '(\\d+)', failAbove: 90 } },
      'fail command.out-of-range',
    ],
    [
      'with a number below its limit',
      'echo 3',
      { number: { match: '(\\d+)', failBelow: 5 } },
      'fail command.out-of-range',
    ],
    [
      'with a number to be warned of',
      'echo 85',
      { number: { match: '(\\d+)', warnAbove: 80, failAbove: 90 } },
      'warn command.out-of-range',
    ],
    [
      'with a negative number',
      'echo -7.5',
      { number: { match: '(\\S+)', warnBelow: -5 } },
      'warn command.out-of-range',
    ],
    ['without the number', 'echo none', { number: { match: '(\\d+)' } }, 'error command.no-number'],
    [
      'with nothing where the number should be',
      'echo " errors"',
      { number: { match: '(\\d*) errors', failAbove: 0 } },
      'error command.no-number',
    ],
    [
      'with a word where the number should be',
      'echo NaN errors',
      { number: { match: '(\\w+) errors', failAbove: 0 } },
      'error command.no-number',
    ],
    [
      'whose pattern has no group for the number',
      'echo 42',
      { number: { match: '\\d+', failAbove: 0 } },
      'error command.no-number',
    ],
  ]
  for (const [what, command, options, expected] of table) {
    it(`${what} is ${expected}`, async () => assert.equal(summary(await look(command, { options })), expected))
  }

  it('without the number where it should be has a next step', async () => {
    const { verdict } = await look('echo none', { options: { number: { match: '(\\d+)' } } })
    assert.equal(verdict.status === 'error' && verdict.remedy?.code, 'command.no-number-remedy')
  })

  it('is measured, and a failure says its last line without what a terminal would obey', async () => {
    const { verdict } = await look('echo one; printf "two \\033[31mred\\033[0m\\n" >&2; exit 1')
    assert.equal(verdict.status === 'fail' && verdict.reason.params['lastLine'], 'two red')
    const { verdict: fine } = await look('echo 42 GB', { options: { number: { match: '(\\d+) GB' } } })
    const measured = ('measurements' in fine && fine.measurements) || {}
    assert.equal(measured['value'], 42)
    assert.equal(measured['output_bytes'], 6)
    assert.ok((measured['duration_ms'] ?? 0) > 0)
  })

  it('runs beside the config or in its own folder, with its own environment and none of ours', async () => {
    process.env['VIGIE_TEST_SECRET'] = 'hunter2'
    writeFileSync(join(dir, 'token'), 's3cret\n')
    const env = { GIVEN: 'yes', TOKEN: { secretFile: join(dir, 'token') } }
    const { sample } = await look('pwd; env', { component: { env } })
    assert.ok(sample.outcome === 'ran')
    assert.ok(sample.result.stdout.startsWith(`${dir}\n`))
    assert.match(sample.result.stdout, /^GIVEN=yes$/m)
    assert.match(sample.result.stdout, /^TOKEN=s3cret$/m)
    assert.doesNotMatch(sample.result.stdout, /hunter2/)
    const elsewhere = await look(['pwd'], { component: { cwd: '/' } })
    assert.equal(elsewhere.sample.outcome === 'ran' && elsewhere.sample.result.stdout, '/\n')
  })

  it('takes its arguments as they are, without a shell', async () => {
    const { sample } = await look(['printf', '%s', '$HOME; echo *'])
    assert.equal(sample.outcome === 'ran' && sample.result.stdout, '$HOME; echo *')
  })

  it('whose folder is not there, or is a file, is not called uninstalled', async () => {
    for (const cwd of ['nowhere', 'a-file']) {
      writeFileSync(join(dir, 'a-file'), '')
      assert.equal(summary(await look(['true'], { component: { cwd } })), 'error command.no-folder')
    }
  })

  it('whose interpreter is missing is not a pass', async () => {
    const script = join(dir, 'script')
    writeFileSync(script, '#!/no/such/interpreter\n')
    chmodSync(script, 0o755)
    assert.equal(summary(await look([script])), 'skipped command.missing')
  })
})

describe('a command that writes 200 MB', () => {
  const flood = 'echo first; head -c 200000000 /dev/zero | tr "\\0" x; echo; echo last'
  const boundBytes = 1_000_000 + 100

  it('is kept within its bound, and told to be cut where that matters', async () => {
    const whole = await look(flood, { timeoutMs: 120_000 })
    assert.equal(summary(whole), 'pass command.fine', 'its exit code is known')
    assert.ok(whole.sample.outcome === 'ran' && whole.sample.gap === 'cut')
    assert.ok(whole.sample.result.isTruncated)
    assert.ok(Buffer.byteLength(whole.sample.result.stdout) <= boundBytes)
    assert.equal('measurements' in whole.verdict && whole.verdict.measurements?.['output_bytes'], 200_000_012)
  })

  const table: readonly (readonly [object, string])[] = [
    [{ matches: 'last' }, 'pass command.fine'],
    [{ matches: '^first' }, 'error command.cut'],
    [{ matches: 'absent' }, 'error command.cut'],
    [{ matches: '^(?![\\s\\S]*ERROR)' }, 'error command.cut'],
    [{ matches: 'bytes left out' }, 'error command.cut'],
    [{ lacks: 'ERROR' }, 'error command.cut'],
    [{ lacks: 'first' }, 'fail command.holds'],
    [{ number: { match: '(\\d+) bytes', failAbove: 1e12 } }, 'error command.cut'],
    [{ matches: 'last', number: { match: 'l(\\d*)ast' } }, 'error command.cut'],
  ]
  // A smaller flood over a smaller bound: what is kept and what is cut are the same.
  const flow = 'echo first; head -c 2000000 /dev/zero | tr "\\0" x; echo; echo last'
  for (const [options, expected] of table) {
    it(`is ${expected} for ${JSON.stringify(options)}`, async () => {
      assert.equal(summary(await look(flow, { options: { ...options, maxOutput: '10kB' } })), expected)
    })
  }

  it('of errors beside a short output is judged by that output', async () => {
    const noisy = 'head -c 2000000 /dev/zero >&2; echo fine'
    const { verdict, sample } = await look(noisy, { options: { lacks: 'ERROR', maxOutput: '10kB' } })
    assert.ok(sample.outcome === 'ran' && sample.result.isTruncated)
    assert.equal(verdict.status, 'pass')
  })
})

describe('a command that writes no text', () => {
  const table: readonly (readonly [string, string, object, string])[] = [
    ['random bytes, when only the exit code counts', 'head -c 5000 /dev/urandom', {}, 'pass command.fine'],
    ['UTF-16', 'printf "E\\0R\\0R\\0O\\0R\\0"', { lacks: 'ERROR' }, 'error command.not-text'],
    ['Latin-1 that holds what it must', 'printf "OK termin\\351\\n"', { matches: 'OK' }, 'pass command.fine'],
    ['Latin-1 that may hold what it must not', 'printf "\\311CHEC\\n"', { lacks: 'ÉCHEC' }, 'error command.not-text'],
    ['Latin-1 with a number', 'printf "\\351 42\\n"', { number: { match: '(\\d+)' } }, 'error command.not-text'],
    ['a text beside binary errors', 'echo fine; head -c 100 /dev/urandom >&2', { lacks: 'ERROR' }, 'pass command.fine'],
  ]
  for (const [what, command, options, expected] of table) {
    it(`${what} is ${expected}`, async () => assert.equal(summary(await look(command, { options })), expected))
  }
})

describe('a command that never ends', () => {
  it('is ended at its limit together with its children, and is an error', async () => {
    const pids = join(dir, 'pids')
    const command = `setsid sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 1; done' & (echo $$ >> ${pids}; sleep 600) & while [ "$(wc -l < ${pids})" -lt 2 ]; do sleep 0.05; done; sleep 600`
    writeFileSync(pids, '')
    const { verdict } = await look(command, { timeoutMs: 2000 })
    assert.equal(`${verdict.status} ${codeOf(verdict)}`, 'error command.endless')
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
    assert.equal(started.length, 2)
    assert.deepEqual(started.filter(isProcessAlive), [])
  })

  it('is told with the limit as it was set, and only what is known of its end', () => {
    const said = (ending: CommandResult['ending']) => {
      const result = { outcome: 'timed-out', durationMs: 970, ...(ending && { ending }) } as CommandResult
      const sample = { outcome: 'ran', program: 'it', limitMs: 1000, result, gap: 'none', found } as const
      const verdict = runCheck.judge(sample, runCheck.options.parse({}))
      assert.ok(verdict.status === 'error')
      const renderer = createRenderer(messageMap(commandTexts), createFormatter('en'))
      return [verdict.reason, ...(verdict.remedy ? [verdict.remedy] : [])].map((text) => renderer.render(text))
    }
    assert.match(said(undefined)[0] ?? '', /within 1.s; .* may still run$/)
    assert.match(said({ isGroupEmpty: false, survivors: [] })[0] ?? '', /one that hid from us may still run$/)
    assert.match(said({ isGroupEmpty: true, survivors: [] })[0] ?? '', /nothing is left in its control group$/)
    const left = said({ isGroupEmpty: false, survivors: [12, 34] })
    assert.match(left[0] ?? '', /still runs: process 12 34$/)
    assert.match(left[1] ?? '', /kill -KILL 12 34;.*-p 12,34$/)
  })

  it('and writes without end is ended within its bound', async () => {
    const { verdict, sample } = await look(['yes'], { timeoutMs: 1000, options: { maxOutput: '10kB', lacks: 'n' } })
    assert.equal(verdict.status, 'error')
    assert.ok(sample.outcome === 'ran' && Buffer.byteLength(sample.result.stdout) < 10_200)
  })

  it('because it waits for input is given none', async () => {
    assert.equal(summary(await look(['cat'])), 'pass command.fine')
  })
})

describe('a pattern for the output of a command', () => {
  it('that backtracks without end leaves the question open', async () => {
    const command = `printf '%s!' ${'a'.repeat(60)}`
    for (const options of [{ matches: '^(a+)+$' }, { lacks: '^(a+)+$' }, { number: { match: '^(a+)+$' } }]) {
      assert.equal(summary(await look(command, { options })), 'error command.too-slow')
    }
  })

  it('that is none is refused with the config', () => {
    for (const options of [{ matches: '(' }, { lacks: '' }, { number: { match: '[' } }]) {
      assert.equal(runCheck.options.safeParse(options).success, false)
    }
  })
})

const found = { matches: undefined, lacks: undefined, number: undefined }

describe('a look at a command that saw nothing', () => {
  const result = commandResult()
  const ran = { outcome: 'ran', program: 'it', limitMs: 1000, result, gap: 'none', found } as const
  const asked = { matches: 'a', lacks: 'b', number: { match: '(c)' } }
  const table: readonly (readonly [string, RunSample, object])[] = [
    ['without its folder', { outcome: 'no-folder', folder: '/nowhere' }, {}],
    ['that was not found', { ...ran, result: { ...result, outcome: 'not-found', exitCode: undefined } }, {}],
    ['that may not be run', { ...ran, result: { ...result, outcome: 'not-permitted', exitCode: undefined } }, {}],
    ['that did not end', { ...ran, result: { ...result, outcome: 'timed-out', exitCode: undefined } }, {}],
    ['that a signal ended', { ...ran, result: { ...result, outcome: 'signaled', exitCode: undefined } }, {}],
    ['whose output was not searched', ran, asked],
    ...Object.entries(asked).map(([name, value]) => [`not searched for ${name}`, ran, { [name]: value }] as const),
    ...(['unknown', 'too-slow', 'none'] as const).map(
      (outcome) =>
        [
          `with an ${outcome} number`,
          { ...ran, found: { ...found, number: { outcome } } },
          { number: asked.number },
        ] as const,
    ),
  ]
  const say = (['en', 'fr'] as const).map((locale) => createRenderer(messageMap(commandTexts), createFormatter(locale)))
  for (const [what, sample, options] of table) {
    it(`${what} never passes and says why, in both languages`, () => {
      const verdict = runCheck.judge(sample, runCheck.options.parse(options))
      assert.notEqual(outcomeOf(verdict, 'important').status, 'pass')
      for (const { render } of say) {
        assert.ok(verdict.reason !== undefined)
        assert.doesNotMatch(render(verdict.reason), /undefined|command\./)
      }
    })
  }
})
