import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { ownKinds, type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

/** Checks that say they look afar: 192.0.2.1 is an address of documentation (RFC 5737), and nothing is sent to it. */
const check = (name: string, judge: string, remote?: string, probe = 'return 0', more = ''): string =>
  `{ ...base, kind: 'own-${name}', ${remote === undefined ? '' : `remote: () => '${remote}',`} ${more}
     probe: async () => { note('${name}'); ${probe} }, judge: (sample) => (${judge}) },`
const afar = 'https://192.0.2.1/'
const down = "{ status: 'fail', saw: 0, reason: say({ text: 'down' }) }"
const up = "{ status: 'pass', saw: 1 }"
const hosts =
  check('one', down, afar) +
  check('two', down, 'db.example.org:5432') +
  check('blind', "{ status: 'error', reason: say({ text: 'blind' }) }", afar)

describe('when remote checks fail', () => {
  let server: Server
  let open = ''
  let closed = ''
  before(async () => {
    const listening = async (): Promise<Server> => {
      const made = createServer((socket) => socket.destroy())
      await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
      return made
    }
    server = await listening()
    const other = await listening()
    const addressOf = (one: Server): string => `tcp://127.0.0.1:${tcpAddress(one).port}`
    open = addressOf(server)
    closed = addressOf(other)
    await new Promise((resolve) => other.close(resolve))
  })
  after(() => server.close())

  async function run(
    checks: string,
    references: readonly string[],
    work: (run: CliResult, system: ScratchSystem) => Promise<void>,
  ): Promise<void> {
    const system = scratchSystem(ownKinds(checks, '', `references: ${JSON.stringify(references)}`))
    try {
      await work(await vigie(['run', 'daily', '--json', ...system.config]), system)
    } finally {
      system.remove()
    }
  }
  const statuses = (result: CliResult): string[] =>
    result.json().steps.map(({ id, status }: { id: string; status: string }) => `${id.slice(3)} ${status}`)
  const audited = async (system: ScratchSystem): Promise<{ event: string; subject: { notJudged?: string[] } }[]> =>
    (await vigie(['audit', 'list', '--json', ...system.config])).json().entries

  it('and no reference answers either, none is judged, what is local is, and the loss of sight is announced', async () => {
    await run(
      hosts + check('local', down, 'http://127.0.0.1:1/') + check('here', up),
      [closed],
      async (result, system) => {
        assert.deepEqual(statuses(result), ['one error', 'two error', 'blind error', 'local fail', 'here pass'])
        for (const { summary } of result.json().steps.slice(0, 3)) {
          assert.match(summary, /our own network is gone/)
          assert.ok(summary.includes(closed))
        }
        const gone = (await audited(system)).filter(({ event }) => event === 'network.gone')
        assert.deepEqual(
          gone.map(({ subject }) => subject.notJudged),
          [['it/one', 'it/two', 'it/blind']],
        )
        assert.equal(result.json().findings.length, 1, 'of the local check alone')
        const french = await vigie(['runs', 'show', 'latest', '--locale', 'fr', ...system.config])
        assert.match(french.stdout, /notre propre réseau est coupé/)
        assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
      },
    )
  })

  it('but what fails was seen to, such as an answer 500, it is judged', async () => {
    const bad = "{ status: 'fail', saw: 1, reason: say({ text: '500' }) }"
    await run(check('bad', bad, afar) + check('gone', down, afar), [closed], async (result) => {
      assert.deepEqual(statuses(result).toSorted(), ['bad fail', 'gone error'])
    })
  })

  it('and nothing else does, the run is partial and not failed', async () => {
    await run(hosts, [closed, closed.replace('tcp:', 'https:')], async (result) => {
      assert.equal(result.code, 3)
      assert.equal(result.json().run.status, 'partial')
      assert.deepEqual(result.json().findings, [])
    })
  })

  it('and one reference answers, they are judged as they are', async () => {
    await run(hosts, [closed, open], async (result, system) => {
      assert.equal(result.code, 1)
      assert.deepEqual(statuses(result), ['one fail', 'two fail', 'blind error'])
      assert.doesNotMatch(result.stdout, /network/)
      assert.ok(!(await audited(system)).some(({ event }) => event === 'network.gone'))
    })
  })

  it('and no reference is named, they are judged as they are', async () => {
    await run(hosts, [], async (result) => assert.deepEqual(statuses(result), ['one fail', 'two fail', 'blind error']))
  })

  it('but one of them sees its thing, the references mislead: the others look again and are judged', async () => {
    await run(hosts + check('seen', up, afar, 'await wait(300); return 1'), [closed], async (result, system) => {
      assert.equal(result.code, 1)
      assert.deepEqual(statuses(result), ['one fail', 'two fail', 'blind error', 'seen pass'])
      const looks = readFileSync(join(system.dir, 'acts.log'), 'utf8').trim().split('\n').toSorted()
      assert.deepEqual(looks, ['blind', 'blind', 'one', 'one', 'seen', 'two', 'two'])
    })
  })

  it('closes no finding that is open, and fixes it only when it was seen again', async () => {
    const checks = (judge: string): string => check('one', judge, afar)
    const system = scratchSystem(ownKinds(checks(down), '', `references: ['${open}']`))
    const states = async (judge: string, reference: string): Promise<string[]> => {
      system.write('vigie.config.ts', ownKinds(checks(judge), '', `references: ['${reference}']`))
      await vigie(['run', 'daily', ...system.config])
      const listed = await vigie(['findings', 'list', '--all', '--json', ...system.config])
      return listed
        .json()
        .findings.map(({ state, timesSeen }: { state: string; timesSeen: number }) => `${state} ${timesSeen}`)
    }
    assert.deepEqual(await states(down, open), ['open 1'])
    assert.deepEqual(await states(down, closed), ['open 1'])
    assert.deepEqual(await states(up, closed), ['fixed 1'])
    system.remove()
  })

  it('tells a reference that is none before anything runs', async () => {
    for (const reference of ['9.9.9.9:53', 'tcp://9.9.9.9', 'ftp://host', 'host']) {
      await run(hosts, [reference], async (result, system) => {
        assert.equal(result.code, 2)
        assert.match(result.stdout, /references\.0/)
        assert.equal(existsSync(join(system.dir, 'acts.log')), false)
      })
    }
  })

  it('says so of the kinds that ship: none of them takes our network for a failure of theirs', async () => {
    const system = scratchSystem(`import { defineSystem, env, http, postgres, tcp, tls } from 'vigie'
export default defineSystem({ name: 'Afar', references: ['${closed}'], components: {
  api: http({ url: 'https://nowhere.invalid', health: '/health' }),
  mail: tcp({ host: 'nowhere.invalid', port: 25 }),
  site: tls({ host: 'nowhere.invalid' }),
  db: postgres({ url: env('VIGIE_TEST_AFAR') }),
} })
`)
    try {
      const env = { VIGIE_TEST_AFAR: 'postgres://app@nowhere.invalid/app' }
      const got = await vigie(['run', 'daily', '--json', ...system.config], { env })
      assert.equal(got.code, 3, got.stdout)
      assert.deepEqual(
        got.json().steps.filter(({ status }: { status: string }) => status !== 'error' && status !== 'skipped'),
        [],
      )
      assert.deepEqual(got.json().findings, [])
    } finally {
      system.remove()
    }
  })
})
