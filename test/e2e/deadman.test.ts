import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { startUp } from '../support/daemon.ts'
import { startDeadman } from '../support/deadman.ts'
import { startHttpReceiver } from '../support/http-receiver.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const systemOf = (name: string, deadman: string): ScratchSystem =>
  scratchSystem(`import { defineSystem, tcp } from 'vigie'
export default defineSystem({ name: '${name}', components: { it: tcp({ host: '127.0.0.1', port: 9 }) }, deadman: ${deadman} })
`)

describe('a dead man outside', () => {
  it('hears the watch at the pace of the config, and its end when it is killed, whatever another one answers', async () => {
    await using outside = await startDeadman(2000)
    await using deaf = await startHttpReceiver()
    deaf.answer({ status: 503 })
    const shop = systemOf('Shop', `{ url: '${deaf.url}', every: '1s' }`)
    const blog = systemOf('Blog', `{ url: '${outside.url}', every: '2s' }`)
    const both = { ...shop, config: [...shop.config, ...blog.config, '--data', shop.dir] }
    const daemon = await startUp(both)
    try {
      await Promise.all([outside.until(3), deaf.until(3)])
      assert.match(daemon.told(), /deadman Shop: the dead man's switch did not take the ping: HTTP 503/)
      assert.doesNotMatch(daemon.told(), /Blog/)
    } finally {
      await daemon.kill()
    }
    const heard = outside.pings
    assert.equal(await outside.noticed, heard)
    for (const one of [shop, blog]) one.remove()
  })

  it('is told of in the config without the path that only we know, and with why a pace is refused', async () => {
    const system = systemOf('Shop', "{ url: 'https://example.org/planted-path', every: '5m' }")
    const explained = await vigie(['config', 'explain', '--json', ...system.config])
    assert.equal(explained.code, 0, explained.stdout)
    assert.doesNotMatch(explained.stdout, /planted-path/)
    assert.match(explained.stdout, /"path": "deadman.every",\s+"value": 300000/)
    system.remove()
    const hasty = systemOf('Shop', "{ url: 'https://example.org/x', every: '10ms' }")
    const refused = await vigie(['config', 'explain', '--locale', 'fr', ...hasty.config])
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /deadman\.every.*trop souvent\u00a0: écrivez au moins "1s"/)
    hasty.remove()
  })
})
