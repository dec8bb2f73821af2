import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { aComponent, type TestContext } from '../../../test/support/context.ts'
import { type GitWorld, gitWorld } from '../../../test/support/git-world.ts'
import type { Verdict } from '../../core/verdict.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { behindCheck } from './checks/behind.ts'
import { gitOptions } from './git.ts'

let world: GitWorld
before(() => {
  world = gitWorld()
})
after(() => world.remove())

async function look(path: string, ctx: TestContext = world.context()): Promise<Verdict> {
  const sample = await behindCheck.probe(aComponent(gitOptions.parse({ path })), {}, ctx)
  await ctx.close()
  return behindCheck.judge(sample, {})
}

function assertVerdict(verdict: Verdict, status: Verdict['status'], code: string, params: object = {}): void {
  assert.deepEqual([verdict.status, verdict.reason?.code], [status, code], JSON.stringify(verdict))
  for (const [name, value] of Object.entries(params)) assert.deepEqual(verdict.reason?.params[name], value)
}

/** Another person pushes so many commits. */
function pushed(count: number): string {
  world.git('origin', 'pull', '--quiet', '--ff-only')
  let hash = ''
  for (let one = 0; one < count; one++) hash = world.commit('origin')
  world.git('origin', 'push', '--quiet')
  return hash
}

describe('git-behind on a checkout with a remote', () => {
  it('passes when both are at the same commit', async () => {
    world.clone('level')
    const verdict = await look('level')
    assertVerdict(verdict, 'pass', 'git.level', { remote: 'origin' })
    assert.ok(verdict.status === 'pass' && verdict.saw === 1)
  })

  it('asks the remote itself: what was not fetched is not believed to be level', async () => {
    world.clone('unfetched')
    const head = pushed(2)
    const verdict = await look('unfetched')
    assertVerdict(verdict, 'warn', 'git.behind', { branch: 'main', head: head.slice(0, 9) })
    assert.equal(world.git('unfetched', 'rev-parse', 'origin/main') === `${head}\n`, false, 'nothing was fetched')
  })

  it('counts what it lacks when that was fetched', async () => {
    world.clone('behind')
    pushed(3)
    world.git('behind', 'fetch', '--quiet')
    const verdict = await look('behind')
    assertVerdict(verdict, 'warn', 'git.behind-by', { count: 3 })
    assert.deepEqual(verdict.status === 'warn' && verdict.measurements, { commits_ahead: 0, commits_behind: 3 })
  })

  it('counts what the remote has not', async () => {
    world.clone('ahead')
    world.commit('ahead')
    world.commit('ahead')
    assertVerdict(await look('ahead'), 'warn', 'git.ahead', { count: 2 })
  })

  it('tells that both have parted, and does not send to a pull that cannot go forward', async () => {
    world.clone('diverged')
    world.commit('diverged')
    pushed(2)
    world.git('diverged', 'fetch', '--quiet')
    const verdict = await look('diverged')
    assertVerdict(verdict, 'warn', 'git.diverged', { here: 1, there: 2 })
    assert.equal(verdict.status === 'warn' && verdict.remedy?.code, 'git.diverged-remedy')
  })

  it('follows the branch that is its upstream, whatever its name', async () => {
    world.clone('renamed')
    world.git('renamed', 'branch', '--move', 'production')
    assertVerdict(await look('renamed'), 'pass', 'git.level')
  })

  it('takes the branch of the same name where there is no upstream', async () => {
    world.clone('no-upstream')
    world.git('no-upstream', 'branch', '--unset-upstream')
    assertVerdict(await look('no-upstream'), 'pass', 'git.level')
  })

  it('cannot tell of a branch that the remote has not', async () => {
    world.clone('own-branch')
    world.git('own-branch', 'switch', '--quiet', '--create', 'mine')
    assertVerdict(await look('own-branch'), 'error', 'git.no-remote-branch', { branch: 'mine' })
  })

  it('cannot tell of a detached head, and says how to go on', async () => {
    world.clone('detached')
    world.git('detached', 'checkout', '--quiet', '--detach')
    const verdict = await look('detached')
    assertVerdict(verdict, 'error', 'git.detached', { head: world.git('detached', 'rev-parse', 'HEAD').slice(0, 9) })
    assert.ok(verdict.status === 'error' && verdict.remedy !== undefined)
  })

  it('does not count in a history that is cut', async () => {
    world.clone('shallow', '--depth=1')
    assertVerdict(await look('shallow'), 'pass', 'git.level')
    pushed(3)
    world.git('shallow', 'fetch', '--quiet', '--depth=1')
    assertVerdict(await look('shallow'), 'warn', 'git.behind')
  })

  it('is not led astray by a tag of the same name, a branch that ends alike, or odd characters', async () => {
    const branch = 'été/"a b"\'$x;#é'.replaceAll(' ', '_')
    world.clone('odd names')
    world.git('odd names', 'switch', '--quiet', '--create', branch)
    world.git('odd names', 'push', '--quiet', '--set-upstream', 'origin', branch)
    world.git('odd names', 'tag', branch)
    world.git('origin', 'push', '--quiet', 'origin', `main~1:refs/heads/0/refs/heads/${branch}`)
    assertVerdict(await look('odd names'), 'pass', 'git.level')
    world.commit('odd names')
    assertVerdict(await look('odd names'), 'warn', 'git.ahead', { branch })
  })

  it('cannot tell without a commit, a repository, a folder or a remote', async () => {
    world.git('.', 'init', '--quiet', 'empty')
    const empty = await look('empty')
    assertVerdict(empty, 'error', 'git.no-commit')
    assert.equal(empty.status === 'error' && empty.remedy?.code, 'git.no-commit-remedy')
    world.write('plain/file', '')
    assertVerdict(await look('plain'), 'error', 'git.failed')
    assertVerdict(await look('not there'), 'error', 'git.failed')
    world.clone('no-remote')
    world.git('no-remote', 'remote', 'remove', 'origin')
    assertVerdict(await look('no-remote'), 'error', 'git.failed')
    rmSync(join(world.dir, 'plain'), { recursive: true })
  })

  it('takes a name for its remote only, since a URL could hold a password', () => {
    for (const remote of ['https://me:secret@example.org/x.git', '--upload-pack=touch', '']) {
      assert.equal(gitOptions.safeParse({ remote }).success, false, remote)
    }
    assert.ok(gitOptions.safeParse({ remote: 'up/stream-2' }).success)
  })
})

describe('git-behind with a remote that does not serve', () => {
  let server: Server
  let port = 0
  let requests: string[] = []
  before(async () => {
    server = createServer((request, response) => {
      requests.push(request.headers.authorization ?? '')
      response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = tcpAddress(server).port
  })
  after(() => server.close())

  function withRemote(name: string, url: string): void {
    world.clone(name)
    world.git(name, 'remote', 'set-url', 'origin', url)
  }

  it('cannot tell when its path is dead', async () => {
    withRemote('dead-path', join(world.dir, 'gone.git'))
    const verdict = await look('dead-path')
    assertVerdict(verdict, 'error', 'git.failed')
    assert.match(String(verdict.reason?.params['detail']), /gone\.git/)
  })

  it('cannot tell when nothing listens there', async () => {
    const closed = createTcpServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const free = tcpAddress(closed).port
    await new Promise((resolve) => closed.close(resolve))
    withRemote('closed-port', `http://me:hunter2hunter2@127.0.0.1:${free}/app.git`)
    const ctx = world.context()
    const verdict = await look('closed-port', ctx)
    assertVerdict(verdict, 'error', 'git.failed')
    assert.match(String(verdict.reason?.params['detail']), /127\.0\.0\.1/)
    assert.doesNotMatch(JSON.stringify([verdict, ctx.evidence]), /hunter2/)
  })

  it('asks nobody for a password, and shows none of the URL: not its password, nor a token in the place of its user', async () => {
    const asked = join(world.dir, 'asked')
    world.write('askpass', `#!/bin/sh\ntouch ${asked}\necho secret\n`)
    chmodSync(join(world.dir, 'askpass'), 0o755)
    for (const [index, user] of ['', 'tokentoken1234@', 'me:hunter2hunter2@'].entries()) {
      requests = []
      withRemote(`private-${index}`, `http://${user}127.0.0.1:${port}/app.git`)
      world.git(`private-${index}`, 'config', 'core.askPass', join(world.dir, 'askpass'))
      const ctx = world.context()
      const verdict = await look(`private-${index}`, ctx)
      assertVerdict(verdict, 'error', 'git.no-password')
      assert.doesNotMatch(JSON.stringify([verdict, ctx.evidence]), /tokentoken|hunter2/)
      assert.ok(requests.length > 0)
      assert.equal(existsSync(asked), false, 'nobody was asked')
    }
  })

  it('uses the password that a helper of the team gives', async () => {
    withRemote('helper', `http://127.0.0.1:${port}/app.git`)
    world.git('helper', 'config', 'credential.helper', '!f() { echo username=me; echo password=fromhelper; }; f')
    requests = []
    assertVerdict(await look('helper'), 'error', 'git.no-password')
    assert.ok(requests.includes(`Basic ${Buffer.from('me:fromhelper').toString('base64')}`))
  })

  it('gives up on a remote that takes the connection and says nothing', async () => {
    const sockets = new Set<{ destroy(): void }>()
    const deaf = createTcpServer((socket) => sockets.add(socket))
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
    withRemote('deaf', `http://127.0.0.1:${tcpAddress(deaf).port}/app.git`)
    assertVerdict(await look('deaf', world.context({}, 1500)), 'error', 'git.no-end')
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => deaf.close(resolve))
  })

  it('goes by the ssh command that the repository sets, without a terminal to ask on', async () => {
    const log = join(world.dir, 'ssh.log')
    world.write(
      'fake-ssh',
      `#!/bin/sh\n(echo "$@"; [ -c /dev/tty ] && : </dev/tty && echo terminal) >${log} 2>/dev/null\nexit 255\n`,
    )
    chmodSync(join(world.dir, 'fake-ssh'), 0o755)
    withRemote('over-ssh', 'ssh://git@127.0.0.1/app.git')
    world.git('over-ssh', 'config', 'core.sshCommand', join(world.dir, 'fake-ssh'))
    assertVerdict(await look('over-ssh'), 'error', 'git.failed')
    assert.match(readFileSync(log, 'utf8'), /git@127\.0\.0\.1/)
    assert.doesNotMatch(readFileSync(log, 'utf8'), /terminal/)
  })
})
