import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { outcomeOf } from '../../../engine/outcome.ts'
import { freePort } from '../../../platform/free-port.ts'
import { tcpAddress } from '../../../platform/tcp-address.ts'
import type { PortAnswer } from '../look.ts'
import { addressOf, tcpOptions } from '../options.ts'
import { tcpTexts } from '../texts.ts'
import { type ConnectSample, connectCheck } from './connect.ts'

const codeOf = ({ reason }: Verdict): string => reason?.code ?? ''

async function look(
  port: number,
  options: object = {},
  host = '127.0.0.1',
): Promise<{ verdict: Verdict; evidence: string }> {
  const ctx = testContext()
  const parsed = connectCheck.options.parse({ timeout: '2s', ...options })
  try {
    const sample = await connectCheck.probe(aComponent(tcpOptions.parse({ host, port })), parsed, ctx)
    const evidence = ctx.evidence.map(({ what, output }) => `${what}: ${output}`).join('\n')
    return { verdict: connectCheck.judge(sample, parsed), evidence }
  } finally {
    await ctx.close()
  }
}

/** A real server on a free port of this machine; all its connections end with it. */
async function serving(onConnection: (socket: Socket) => void, work: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await work(tcpAddress(server).port)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

describe('a TCP port', () => {
  it('that takes connections passes, is measured and leaves evidence', () =>
    serving(
      () => undefined,
      async (port) => {
        const { verdict, evidence } = await look(port)
        assert.equal(verdict.status, 'pass')
        assert.ok('measurements' in verdict && (verdict.measurements?.['connect_ms'] ?? 0) > 0)
        assert.equal(evidence, `TCP 127.0.0.1:${port}: connected`)
      },
    ))

  it('that nobody listens on is refused', async () => {
    const { verdict } = await look(await freePort())
    assert.ok(verdict.status === 'fail')
    assert.equal(verdict.reason.params['why'], 'refused')
    assert.equal(verdict.remedy?.code, 'tcp.closed-remedy')
  })

  it('of a name that does not exist fails with that reason', async () => {
    const { verdict } = await look(80, {}, 'x.invalid')
    assert.equal(verdict.status === 'fail' && verdict.reason.params['why'], 'name-not-found')
  })

  it('whose queue is full, so that nobody answers, fails at the limit', async () => {
    const program = `const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const waiting: Socket[] = []
    try {
      const [line] = await once(child.stdout, 'data')
      const port = Number(line)
      child.kill('SIGSTOP')
      // The kernel takes connections for a stopped program until its queue is full.
      for (let isFull = false; !isFull; ) {
        const socket = connect(port, '127.0.0.1')
        waiting.push(socket.on('error', () => undefined))
        isFull = await Promise.race([
          once(socket, 'connect').then(() => false),
          new Promise<boolean>((resolve) => setTimeout(resolve, 300, true)),
        ])
      }
      const { verdict } = await look(port, { timeout: '300ms' })
      assert.equal(verdict.status === 'fail' && verdict.reason.params['why'], 'timed-out')
    } finally {
      for (const socket of waiting) socket.destroy()
      child.kill('SIGKILL')
    }
  })

  it('is no longer waited for when the run is canceled, and its connection is ended', () => {
    const ended = Promise.withResolvers<void>()
    return serving(
      (socket) => {
        socket.resume().once('close', () => ended.resolve())
        canceled.abort(new Error('canceled'))
      },
      async (port) => {
        const ctx = testContext({ signal: canceled.signal })
        const options = connectCheck.options.parse({ greeting: 'x', timeout: '1h' })
        const component = aComponent(tcpOptions.parse({ host: '127.0.0.1', port }))
        await assert.rejects(Promise.resolve(connectCheck.probe(component, options, ctx)), /canceled/)
        await ended.promise
        await assert.rejects(Promise.resolve(connectCheck.probe(component, options, ctx)), /canceled/)
        await ctx.close()
      },
    )
  })
  const canceled = new AbortController()

  it('is not judged when our own side cannot try', async () => {
    const program = `
      import { openSync } from 'node:fs'
      import { lookAtPort } from '${import.meta.resolve('../look.ts')}'
      const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
      const question = { host: '127.0.0.1', port: 9, timeoutMs: 2000 }
      const look = () => lookAtPort(question, clock, new AbortController().signal).catch(({ code }) => code)
      await look()
      try {
        for (;;) openSync('/dev/null')
      } catch {}
      console.log(await look())`
    const node = `ulimit -n 128; exec "$0" --input-type=module -e "$1"`
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', node, process.execPath, program])
    assert.equal(stdout.trim(), 'EMFILE', stderr)
  })
})

describe('the greeting of a TCP port', () => {
  const smtp = '220 mail.example.test ESMTP\r\n'
  const table: readonly (readonly [string, (socket: Socket) => void, object, string])[] = [
    ['that matches', (socket) => socket.write(smtp), { greeting: '^220 ' }, 'pass tcp.open'],
    [
      'that matches on its second line',
      (socket) => socket.write(`220-hello\r\n${smtp}`),
      { greeting: '220 mail' },
      'pass tcp.open',
    ],
    [
      'without a line end',
      (socket) => socket.write('\x4a\x00\x00\x00\x0a8.0.36\x00'),
      { greeting: '8\\.0' },
      'pass tcp.open',
    ],
    [
      'that was said before the other side hung up',
      (socket) => socket.end(smtp),
      { greeting: '^220 ' },
      'pass tcp.open',
    ],
    [
      'that does not match',
      (socket) => socket.write('554 go away\r\n'),
      { greeting: '^220 ', timeout: '300ms' },
      'fail tcp.wrong-greeting',
    ],
    [
      'that does not match, from one who hung up',
      (socket) => socket.end('554 go away\r\n'),
      { greeting: '^220 ' },
      'fail tcp.wrong-greeting',
    ],
    ['that never comes', () => undefined, { greeting: '^220 ', timeout: '300ms' }, 'fail tcp.silent'],
    ['of one who hangs up at once', (socket) => socket.end(), { greeting: '^220 ' }, 'fail tcp.hung-up'],
    ['that goes on for ever', (socket) => endless(socket), { greeting: '^220 ' }, 'fail tcp.wrong-greeting'],
    [
      'whose pattern backtracks without end',
      (socket) => socket.write(`${'a'.repeat(60)}!\n`),
      { greeting: '^(a+)+$' },
      'error tcp.too-slow',
    ],
  ]
  for (const [what, onConnection, options, expected] of table) {
    it(`${what} is ${expected}`, () =>
      serving(onConnection, async (port) => {
        const { verdict } = await look(port, options)
        assert.equal(`${verdict.status} ${codeOf(verdict)}`, expected)
      }))
  }

  it('of one who cuts the connection is a failure, whether we had noticed the connection or not', () =>
    serving(
      (socket) => socket.resetAndDestroy(),
      async (port) => {
        const { verdict } = await look(port, { greeting: '^220 ' })
        assert.equal(verdict.status, 'fail')
        assert.match(codeOf(verdict), /^tcp\.(hung-up|closed)$/)
      },
    ))

  it('is judged as a whole, in however many pieces it comes', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: smtp.length - 1 }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        pieces,
        fc.constantFrom('^220 ', 'ESMTP', '^(?!220 mail\\.example)', '^(?!.*ESMTP)'),
        (cuts, greeting) =>
          serving(
            (socket) => {
              socket.setNoDelay(true)
              const places = [0, ...new Set(cuts.toSorted((a, b) => a - b)), smtp.length]
              const send = (index: number): void => {
                const [from, to] = [places[index], places[index + 1]]
                if (to !== undefined) socket.write(smtp.slice(from, to), () => setImmediate(send, index + 1))
              }
              send(0)
            },
            async (port) => {
              const { verdict } = await look(port, { greeting, timeout: '300ms' })
              assert.equal(verdict.status, new RegExp(greeting).test(smtp) ? 'pass' : 'fail')
            },
          ),
      ),
      { numRuns: 15 },
    )
  })

  it('is shown without what a terminal would obey', () =>
    serving(
      (socket) => socket.end('\x1b[31mred\x1b[0m\x07\r\nmore\r\n'),
      async (port) => {
        const { verdict } = await look(port, { greeting: '^220 ' })
        assert.equal(verdict.reason?.params['got'], 'red more')
      },
    ))

  it('by a pattern that is none, or an empty one, is refused with the config', () => {
    for (const greeting of ['(', '']) assert.equal(connectCheck.options.safeParse({ greeting }).success, false)
  })
})

describe('a look at a TCP port that saw nothing', () => {
  const table: readonly (readonly [string, PortAnswer, object])[] = [
    ...(['refused', 'timed-out', 'name-not-found', 'unreachable', 'reset'] as const).map(
      (outcome): readonly [string, PortAnswer, object] => [outcome, { outcome, detail: '' }, {}],
    ),
    ['no greeting', { outcome: 'connected', connectMs: 1, greeting: undefined }, { greeting: 'x' }],
    ...(['none', 'too-slow'] as const).map((match): readonly [string, PortAnswer, object] => [
      `a greeting searched with the result ${match}`,
      { outcome: 'connected', connectMs: 1, greeting: { text: '', match, isHungUp: false } },
      { greeting: 'x' },
    ]),
  ]
  const say = (['en', 'fr'] as const).map((locale) => createRenderer(messageMap(tcpTexts), createFormatter(locale)))
  for (const [what, answer, options] of table) {
    it(`${what} never passes and says why, in both languages`, () => {
      const sample: ConnectSample = { host: 'h', port: 1, address: 'h:1', answer }
      const verdict = connectCheck.judge(sample, connectCheck.options.parse(options))
      assert.notEqual(outcomeOf(verdict, 'important').status, 'pass')
      for (const { render } of say) {
        assert.ok(verdict.reason !== undefined)
        assert.doesNotMatch(render(verdict.reason), /undefined|tcp\./)
      }
    })
  }
})

describe('the identity of a TCP port', () => {
  it('is the same however its host is written', () => {
    const of = (host: string): string => addressOf(tcpOptions.parse({ host, port: 5432 }))
    assert.equal(of('DB.Example.test'), 'db.example.test:5432')
    assert.equal(of('::1'), of('[::1]'))
    assert.equal(of('::1'), '[::1]:5432')
  })
})

function endless(socket: Socket): void {
  const write = (): boolean => socket.writable && socket.write('.'.repeat(500), () => setImmediate(write))
  write()
}
