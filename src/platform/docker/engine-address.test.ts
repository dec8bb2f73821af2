import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { engineAt, parseEngineAddress } from './engine-address.ts'

describe('the address of an engine', () => {
  it('is a socket, or a host without TLS', () => {
    for (const [written, place] of [
      ['unix:///var/run/docker.sock', { socketPath: '/var/run/docker.sock' }],
      ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
      ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2375 }],
      ['tcp://docker', { host: 'docker', port: 2375 }],
      ['http://[::1]:99', { host: '::1', port: 99 }],
    ] as const)
      assert.deepEqual(parseEngineAddress(written), place)
    assert.equal(engineAt('/run/podman.sock'), 'unix:///run/podman.sock')
  })

  it('that Vigie cannot speak to is refused with what to do', () => {
    for (const written of [
      'ssh://me@host',
      'npipe:////./pipe/docker',
      'unix://',
      'tcp://',
      'tcp://host:1/path',
      'docker',
    ])
      assert.throws(() => parseEngineAddress(written), { code: 'usage' }, written)
  })
})
