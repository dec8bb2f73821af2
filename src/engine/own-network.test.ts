import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { tcpAddress } from '../platform/tcp-address.ts'
import { createOwnNetwork, isLocal } from './own-network.ts'

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: tcpAddress(server).port }
}

describe('our own network', () => {
  let open: { server: Server; port: number }
  let closedPort = 0
  before(async () => {
    open = await listening()
    const closed = await listening()
    closedPort = closed.port
    await new Promise((resolve) => closed.server.close(resolve))
  })
  after(() => open.server.close())

  it('is gone when no reference answers, and there when one does, whatever it speaks', async () => {
    const closed = `tcp://127.0.0.1:${closedPort}`
    assert.equal(await createOwnNetwork([closed, `https://127.0.0.1:${closedPort}/x`]).isGone(), true)
    for (const scheme of ['tcp', 'http', 'https']) {
      assert.equal(await createOwnNetwork([closed, `${scheme}://127.0.0.1:${open.port}`]).isGone(), false)
    }
  })

  it('is there when there is no reference to say otherwise', async () => {
    assert.equal(await createOwnNetwork([]).isGone(), false)
  })

  it('is asked once for all that fail together, and again when it may have changed', async () => {
    let nowMs = 0
    const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }
    const { server, port } = await listening()
    const network = createOwnNetwork([`tcp://127.0.0.1:${port}`], clock)
    assert.equal(await network.isGone(), false)
    await new Promise((resolve) => server.close(resolve))
    nowMs = 4000
    assert.equal(await network.isGone(), false)
    nowMs = 6000
    assert.equal(await network.isGone(), true)
  })
})

describe('an address', () => {
  const local = [
    'localhost',
    'LOCALHOST',
    'localhost:8080',
    'http://localhost:8080/x',
    'http://127.0.0.1',
    '127.0.0.1:5432',
    '127.1',
    '::1',
    '[::1]',
    '[::1]:443',
    'https://[::1]:443/',
    'api.localhost',
  ]
  const afar = [
    'db',
    'db:5432',
    'https://example.org',
    '192.0.2.1',
    '127.example.org',
    'http://127.0.0.1.example.org',
    '[2001:db8::1]:443',
  ]
  for (const address of local) it(`${address} is of this machine`, () => assert.equal(isLocal(address), true))
  for (const address of afar) it(`${address} is not`, () => assert.equal(isLocal(address), false))
})
