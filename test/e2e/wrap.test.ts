import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Ping } from '../../src/api/routes/ping.ts'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { startApi, type TestApi } from '../support/api.ts'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
const node = process.execPath

describe('vigie wrap', () => {
  let server: TestApi
  let url: string
  let got: Ping[] = []
  let seen = Promise.withResolvers<void>()
  before(async () => {
    server = await startApi({
      receivePing: async (asked, ping) => {
        if (asked !== key) return { outcome: 'unknown' }
        got.push(ping)
        seen.resolve()
        return { outcome: 'kept' }
      },
    })
    url = `${server.url}/ping/${key}`
  })
  after(() => server.api.close())
  beforeEach(() => {
    got = []
    seen = Promise.withResolvers<void>()
  })
  const wrap = (script: string, env: NodeJS.ProcessEnv = {}) =>
    vigie(['wrap', '--url', url, '--', node, '-e', script], { env })

  it('pings start and success with one run id, and the duration, and touches no output', async () => {
    const { code, stdout, stderr } = await wrap("console.log('out'); console.error('err')")
    assert.deepEqual([code, stdout, stderr], [0, 'out\n', 'err\n'])
    assert.deepEqual(
      got.map(({ kind, exitCode }) => [kind, exitCode]),
      [
        ['start', undefined],
        ['success', 0],
      ],
    )
    assert.equal(got[0]?.runId, got[1]?.runId)
    assert.match(got[0]?.runId ?? '', /^[\da-f-]{36}$/)
    assert.ok((got[1]?.durationMs ?? 0) > 0)
    assert.equal(got[1]?.body, 'err\n')
  })

  it('passes the exit code on and pings it, with the end of what was said and no secret in it', async () => {
    const script = `console.error('x'.repeat(30000) + 'planted' + process.env.DB_PASSWORD + ' token=ghp_${'a'.repeat(36)} end'); process.exitCode = 7`
    const { code, stderr } = await wrap(script, { DB_PASSWORD: 'hunter2-planted-password' })
    assert.equal(code, 7)
    assert.ok(stderr.includes('hunter2-planted-password'), 'what the command says is its own')
    const end = got.at(-1)
    assert.deepEqual([end?.kind, end?.exitCode], ['fail', 7])
    assert.ok(Buffer.byteLength(end?.body ?? '') <= 10_000)
    assert.match(end?.body ?? '', /planted•••.* end\n$/)
    assert.doesNotMatch(end?.body ?? '', /hunter2|ghp_/)
  })

  it('gives options after "--" to the command and takes none of them', async () => {
    const words = ['--json', '--quiet', '--locale', 'xx', '--help', '-v', '--', 'x']
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))'
    const { code, stdout } = await vigie(['wrap', '--url', url, '--', node, '-e', script, '--', ...words])
    assert.deepEqual([code, JSON.parse(stdout)], [0, words])
  })

  it('takes the address from a variable that the command does not get', async () => {
    const script = "process.exitCode = 'VIGIE_PING_URL' in process.env ? 1 : 0"
    const { code } = await vigie(['wrap', '--', node, '-e', script], { env: { VIGIE_PING_URL: url } })
    assert.equal(code, 0)
    assert.deepEqual(
      got.map(({ kind }) => kind),
      ['start', 'success'],
    )
  })

  it('forwards a signal, and dies as a shell says that its command did', async () => {
    const program = join(import.meta.dirname, '..', 'support', 'vigie.ts')
    for (const [signal, script, expected] of [
      ['SIGTERM', 'setInterval(() => {}, 1000); console.log(1)', 143],
      ['SIGINT', "process.on('SIGINT', () => process.exit(42)); setInterval(() => {}, 1000); console.log(1)", 42],
      ['SIGUSR2', "process.on('SIGUSR2', () => process.exit(43)); setInterval(() => {}, 1000); console.log(1)", 43],
    ] as const) {
      got = []
      const env = { ...process.env, VIGIE_PING_URL: url, NODE_TEST_CONTEXT: '' }
      const child = spawn(node, [program, 'wrap', '--', node, '-e', script], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise((resolve) => child.stdout.once('data', resolve))
      child.kill(signal)
      const code = await new Promise((resolve) => child.once('close', resolve))
      assert.equal(code, expected, signal)
      assert.equal(got.at(-1)?.exitCode, expected)
    }
  })

  it('tells of a command that is not there, or may not be run, as a shell does', async () => {
    const missing = await vigie(['wrap', '--url', url, '--', 'no-such-program-of-ours'])
    assert.equal(missing.code, 127)
    assert.match(missing.stderr, /no such command/)
    assert.equal(got.at(-1)?.exitCode, 127)
    const denied = await vigie(['wrap', '--url', url, '--', import.meta.filename])
    assert.equal(denied.code, 126)
    assert.equal(got.at(-1)?.exitCode, 126)
  })

  it('ends with its command though what that left behind holds the output open', async () => {
    const script =
      "const c = require('child_process').spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }); console.log(c.pid); c.unref(); process.exitCode = 3"
    const { code, stdout } = await wrap(script).finally(() => undefined)
    process.kill(Number(stdout), 'SIGKILL')
    assert.equal(code, 3)
    assert.equal(got.at(-1)?.exitCode, 3)
  })

  it('passes on a standard error of many megabytes without keeping it', async () => {
    const { code, stderr } = await wrap("process.stderr.write('y'.repeat(20_000_000) + 'end')")
    assert.deepEqual([code, stderr.length], [0, 20_000_003])
    assert.match(got.at(-1)?.body ?? '', /^y+end$/)
  })

  const script = "console.log('ran'); process.exitCode = 5"
  const unsent: readonly (readonly [string, () => readonly string[] | Promise<readonly string[]>, RegExp])[] = [
    ['nobody listens', () => ['--url', `http://127.0.0.1:9/ping/${key}`], /could not be sent/],
    ['the key is wrong', () => ['--url', `${server.url}/ping/${key}x`], /could not be sent.*: HTTP 404/],
    ['the address is none', () => ['--url', 'nonsense'], /no address/],
    [
      'there is no config',
      () => ['--heartbeat', 'nightly', '--config', '/nowhere/vigie.config.ts'],
      /could not be sent/,
    ],
  ]
  for (const [what, words, expected] of unsent) {
    it(`runs the command and keeps its exit code when ${what}, and says so without the key`, async () => {
      const { code, stdout, stderr } = await vigie(['wrap', ...(await words()), '--', node, '-e', script])
      assert.deepEqual([code, stdout], [5, 'ran\n'])
      assert.match(stderr, expected)
      assert.ok(!stderr.includes(key), stderr)
    })
  }

  it('tries again when the other side has a bad moment, and no more when it is bad for good', async () => {
    let asked = 0
    const flaky: Server = createServer((request, response) => {
      request.resume()
      response.writeHead(++asked % 2 === 1 ? 503 : 200).end()
    })
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = tcpAddress(flaky)
      const { code, stderr } = await vigie([
        'wrap',
        '--url',
        `http://127.0.0.1:${port}/ping/${key}`,
        '--',
        node,
        '-e',
        '',
      ])
      assert.deepEqual([code, stderr, asked], [0, '', 4])
    } finally {
      await new Promise((resolve) => flaky.close(resolve))
    }
  })

  for (const words of [
    ['--', 'true'],
    ['--url', 'http://x/', '--heartbeat', 'y', '--', 'true'],
    ['--url', 'http://x/'],
  ]) {
    it(`with ${words.join(' ')} is a mistake in use and runs nothing`, async () => {
      const { code, stderr } = await vigie(['wrap', ...words], { env: { VIGIE_PING_URL: '' } })
      assert.equal(code, 2, stderr)
      assert.match(stderr, /vigie wrap|--heartbeat/)
    })
  }

  describe('with a config', () => {
    let system: ScratchSystem
    before(() => {
      system = scratchSystem(`import { env, tcp, defineSystem } from 'vigie'
export default defineSystem({ name: 'Shop', publicUrl: '${server.url}/', components: { it: tcp({ host: '127.0.0.1', port: 1 }) },
  heartbeats: { nightly: { key: env('NIGHTLY_KEY'), at: '0 2 * * *' }, other: { key: env('OTHER_KEY'), every: '1h' } } })
`)
    })
    after(() => system.remove())

    it('finds the heartbeat by its name, and by system and name', async () => {
      for (const name of ['nightly', 'Shop/nightly']) {
        got = []
        const words = ['wrap', '--heartbeat', name, ...system.config, '--', node, '-e', '']
        const { code, stderr } = await vigie(words, { env: { NIGHTLY_KEY: key } })
        assert.deepEqual([code, stderr], [0, ''])
        assert.deepEqual(
          got.map(({ kind }) => kind),
          ['start', 'success'],
        )
      }
    })

    it('names those that there are when it has none of that name, and says which key is not set', async () => {
      const words = (name: string) => ['wrap', '--heartbeat', name, ...system.config, '--', node, '-e', script]
      const unknown = await vigie(words('nigthly'))
      assert.equal(unknown.code, 5)
      assert.match(unknown.stderr, /nigthly.*Shop\/nightly, Shop\/other/)
      const unset = await vigie(words('other'))
      assert.equal(unset.code, 5)
      assert.match(unset.stderr, /OTHER_KEY is not set/)
    })
  })
})
