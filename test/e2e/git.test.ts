import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { it } from 'node:test'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { vigie } from '../support/cli.ts'
import { gitWorld } from '../support/git-world.ts'

it('a run on a checkout keeps and shows no user and no password of its remote, in French as well', async () => {
  const world = gitWorld()
  const server = createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = tcpAddress(server)
  const env = { HOME: world.home, GIT_CONFIG_NOSYSTEM: '1' }
  for (const [name, user] of Object.entries({ token: 'tokentoken1234', both: 'me:hunter2hunter2' })) {
    world.clone(name)
    world.git(name, 'remote', 'set-url', 'origin', `http://${user}@127.0.0.1:${port}/app.git`)
    world.write(`${name}.yaml`, `name: Git\ncomponents: { code: { kind: git, path: ${name} } }\n`)
    const config = ['--config', join(world.dir, `${name}.yaml`), '--data', join(world.dir, `${name}-data`), '--json']
    const run = await vigie(['run', 'daily', ...config], { env })
    const statuses = run.json().steps.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)
    assert.deepEqual(statuses, ['code/clean pass', 'code/behind error'])
    assert.equal(run.code, 3)
    const shown = await vigie(['runs', 'show', 'latest', '--step', 'code/behind', '--locale', 'fr', ...config], { env })
    assert.match(shown.stdout, /demande un utilisateur et un mot de passe/)
    const state = readFileSync(join(world.dir, `${name}-data`, 'state.db'), 'latin1')
    for (const text of [run.stdout, run.stderr, shown.stdout, state]) {
      assert.doesNotMatch(text, /tokentoken1234|hunter2hunter2/)
    }
  }
  server.close()
  world.remove()
})
