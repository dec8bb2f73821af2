import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isProcessAlive } from '../../src/platform/process-alive.ts'
import { type BadRun, badRun, onlyStep } from '../support/bad-run.ts'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

/** Components by name, each an argument of `command(…)` as it stands in a config. */
function commands(components: Readonly<Record<string, string>>): ScratchSystem {
  const lines = Object.entries(components).map(([name, options]) => `${name}: command(${options})`)
  return scratchSystem(
    `import { command, defineSystem, env } from 'vigie'\nexport default defineSystem({ name: 'S', components: { ${lines.join(', ')} } })\n`,
  )
}

async function runs(
  components: Readonly<Record<string, string>>,
  judge: (run: BadRun, system: ScratchSystem) => Promise<void> | void,
  prepare: (system: ScratchSystem) => NodeJS.ProcessEnv | undefined = () => undefined,
): Promise<void> {
  const system = commands(components)
  try {
    const env = prepare(system)
    await judge(await badRun(system, Object.keys(components), env === undefined ? {} : { env }), system)
  } finally {
    system.remove()
  }
}

const notingPeak = ({ dir }: ScratchSystem): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${import.meta.resolve('../support/peak-memory.ts')}`,
  PEAK_MEMORY_FILE: join(dir, 'peak'),
})

/** A run of nothing but `true` has some 150 MB; the source is compiled in it. */
function assertModest(dir: string): void {
  const peak = Number(readFileSync(join(dir, 'peak'), 'utf8'))
  assert.ok(peak > 0 && peak < 400_000_000, `${peak} bytes`)
}

/** [what, the component, status, exit code, what is said, what to do next, what is said in French]. */
const rows: readonly (readonly [string, string, string, number, RegExp, RegExp, RegExp])[] = [
  [
    'that does not exist',
    "{ command: ['no-such-program-anywhere', '--x'] }",
    'skipped',
    3,
    /no-such-program-anywhere is not installed/,
    /command -v no-such-program-anywhere/,
    /n'est pas installé/,
  ],
  [
    'that a signal ended',
    "{ command: 'kill -KILL $$' }",
    'fail',
    1,
    /ended by SIGKILL/,
    /journalctl -k/,
    /arrêtée par SIGKILL[\s\S]*mémoire/,
  ],
  [
    'that crashed',
    "{ command: 'kill -SEGV $$' }",
    'fail',
    1,
    /ended by SIGSEGV/,
    /coredumpctl/,
    /arrêtée par SIGSEGV[\s\S]*coredumpctl/,
  ],
  [
    'that may not be run',
    "{ command: ['./locked.sh'] }",
    'error',
    3,
    /\.\/locked\.sh may not be run by this user/,
    /chmod \+x \.\/locked\.sh/,
    /ne peut pas lancer[\s\S]*chmod/,
  ],
  [
    'whose folder is missing',
    "{ command: 'true', cwd: 'not/there' }",
    'error',
    3,
    /folder to run it in is not there: \/.*not\/there/,
    /mkdir -p .*not\/there/,
    /dossier où la lancer n'existe pas[\s\S]*mkdir/,
  ],
  [
    'whose line is too long for the system',
    "{ command: ['true', 'x'.repeat(300_000)] }",
    'error',
    3,
    /could not tell: .*E2BIG/,
    /^$/,
    /indéterminé/,
  ],
  [
    'that writes bytes that are no text where a text is looked for',
    "{ command: \"printf 'a\\\\0b\\\\377\\\\376c'\", checks: { run: { matches: '^abc$' } } }",
    'error',
    3,
    /not UTF-8 text/,
    /LC_ALL/,
    /pas du texte UTF-8/,
  ],
  [
    'that writes bytes that are no text where one is forbidden',
    "{ command: \"printf 'ERR\\\\0OR'\", checks: { run: { lacks: 'ERROR' } } }",
    'error',
    3,
    /not UTF-8 text/,
    /iconv/,
    /pas du texte UTF-8/,
  ],
  [
    'that fails with escape codes as its last words',
    '{ command: "printf \'a\\\\033[2J\\\\033]0;owned\\\\007\\\\0 disk gone\' >&2; exit 4" }',
    'fail',
    1,
    /exit code 4, expected 0: a.*disk gone/,
    /^$/,
    /code de sortie 4/,
  ],
]

describe('a command', { concurrency: 2 }, () => {
  for (const [what, component, status, code, says, next, french] of rows) {
    it(`${what} is ${status} with exit code ${code}, and told in both languages with what to do next`, () =>
      runs(
        { it: component },
        (run) => {
          const step = onlyStep(run)
          assert.deepEqual([step.status, run.code], [status, code], step.summary)
          assert.match(step.summary, says)
          assert.match(step.remedy, next)
          assert.match(step.french, french)
          assert.equal(run.findings, status === 'fail' ? 1 : 0)
        },
        (system) => {
          system.write('locked.sh', '#!/bin/sh\necho no\n')
          return undefined
        },
      ))
  }

  it('that never ends is ended with its tree, a setsid grandchild that ignores TERM included', () =>
    runs(
      {
        it: `{ checks: { run: { timeLimit: '2s' } }, command: ['bash', '-c', \`
          setsid sh -c 'trap "" TERM; echo $$ >> pids; cd /; exec sleep 600' &
          while [ ! -s pids ]; do sleep 0.05; done; trap "" TERM; echo $$ >> pids; while :; do sleep 1; done\`] }`,
      },
      (run, { dir }) => {
        const step = onlyStep(run)
        assert.deepEqual([step.status, run.status, run.code], ['error', 'partial', 3])
        assert.match(step.summary, /did not end within .*; it was ended/)
        assert.match(step.remedy, /timeLimit/)
        assert.match(step.french, /n'a pas fini en/)
        const pids = readFileSync(join(dir, 'pids'), 'utf8').trim().split('\n').map(Number)
        assert.equal(pids.length, 2)
        assert.deepEqual(pids.filter(isProcessAlive), [])
      },
    ))

  it('that writes 200 MB costs no memory, is kept cut and says so, and its middle is no answer', async () => {
    const flood = (options: string): string =>
      `{ command: 'echo first; head -c 100000000 /dev/zero | tr "\\\\0" x; echo needle; head -c 100000000 /dev/zero | tr "\\\\0" x; echo; echo last', checks: { run: ${options} } }`
    await runs(
      {
        exit: flood('{}'),
        wanted: flood("{ matches: 'needle' }"),
        forbidden: flood("{ lacks: 'needle' }"),
        shown: flood("{ matches: 'last' }"),
      },
      (run, { dir }) => {
        const { exit, wanted, forbidden, shown } = Object.fromEntries(
          [...run.steps].map(([id, step]) => [id.split('/')[0], step]),
        )
        assert.deepEqual([exit?.status, shown?.status], ['pass', 'pass'])
        assert.deepEqual([wanted?.status, forbidden?.status, run.code], ['error', 'error', 3])
        for (const step of [wanted, forbidden]) {
          assert.match(step?.summary ?? '', /it wrote 200\sMB, and what was kept does not answer/)
          assert.match(step?.remedy ?? '', /maxOutput/)
          assert.match(step?.french ?? '', /a écrit 200\sMo/)
        }
        const kept = exit?.evidence[0]?.output ?? ''
        assert.match(kept, /^first\nx[\s\S]*truncated: 200000019 bytes in all[\s\S]*x\nlast\n$/)
        assert.ok(kept.length < 100_000)
        assert.ok(
          Number(readFileSync(join(dir, 'peak'), 'utf8')) < 400_000_000,
          readFileSync(join(dir, 'peak'), 'utf8'),
        )
      },
      notingPeak,
    )
  })

  it('that floods both streams without end is ended within the same bound', () =>
    runs(
      { it: "{ command: 'yes >&2 & yes', checks: { run: { timeLimit: '1500ms' } } }" },
      (run, { dir }) => {
        assert.deepEqual([onlyStep(run).status, run.code], ['error', 3])
        assert.match(onlyStep(run).summary, /did not end within/)
        assertModest(dir)
      },
      notingPeak,
    ))

  it('whose output a terminal would obey is kept and shown, and moves nothing', async () => {
    const system = commands({
      it: '{ command: "printf \'plain\\\\033[2J\\\\033]0;owned\\\\007\\\\n\\\\377\\\\0end\\\\n\'" }',
    })
    try {
      const run = await badRun(system, ['it'])
      assert.deepEqual([onlyStep(run).status, run.code], ['pass', 0])
      const shown = await vigie(['runs', 'show', 'latest', '--step', 'it/run', '--locale', 'fr', ...system.config])
      assert.equal(shown.code, 0)
      assert.match(shown.stdout, /plain␛\[2J␛\]0;owned␇/)
      assert.match(shown.stdout, /\ufffd␀end/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey must not come through.
      assert.doesNotMatch(shown.stdout, /[\0-\u0009\u000b-\u001f\u007f-\u009f]/)
    } finally {
      system.remove()
    }
  })

  it('that fails beside a good one in the French of its reader leaves the good one as it is', async () => {
    const system = commands({ good: "{ command: 'true' }", bad: "{ command: ['./gone/tool'] , cwd: 'here' }" })
    mkdirSync(join(system.dir, 'here'))
    try {
      const got = await vigie(['run', 'daily', '--locale', 'fr', ...system.config])
      assert.equal(got.code, 3)
      assert.match(got.stdout, /\.\/gone\/tool n'est pas installé/)
      assert.match(got.stdout, /Installez-le, ou donnez son chemin complet\s: command -v \.\/gone\/tool/)
      assert.match(got.stdout, /1 réussi .*1 passé/)
      assert.match(got.stdout, /partielle/)
    } finally {
      system.remove()
    }
  })
})
