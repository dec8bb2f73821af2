import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('alert rules in a config', () => {
  let system: ScratchSystem
  before(() => {
    system = scratchSystem(`import { defineSystem, tcp } from 'vigie'
export default defineSystem({
  name: 'S',
  components: { api: tcp({ host: '127.0.0.1', prot: 80, port: 80 }) },
  alerts: [
    'host_cpu_ratio > 90% for 5m',
    'host_cpu_ratio > 80 percent',
    'http_response_seconds{component=api} > 1s',
  ],
  withoutAlerts: ['host-cpu', 'host-cpuu'],
} as never)
`)
  })
  after(() => system.remove())

  for (const words of [
    ['config', 'explain'],
    ['run', 'daily'],
    ['up', '--port', '0'],
  ]) {
    it(`are told with all other problems, each with its line and the place in it, by ${words.join(' ')}`, async () => {
      const { code, stderr } = await vigie([...words, ...system.config])
      assert.equal(code, 2)
      assert.match(stderr, /has 4 problems/)
      assert.match(stderr, /:4: components\.api\.prot: "prot" is not known here/)
      assert.match(stderr, /:7: alerts\.1: .* write 80% \(column 18\)\n {2}host_cpu_ratio > 80 percent\n {19}\^/)
      assert.match(stderr, /:8: alerts\.2: expected a text in quotes/)
      assert.match(stderr, /:10: withoutAlerts\.1: nothing here is called "host-cpuu"\n.*did you mean "host-cpu"\?/)
    })
  }

  it('are told in French as well', async () => {
    const { stderr } = await vigie(['config', 'explain', '--locale', 'fr', ...system.config])
    assert.match(stderr, /alerts\.2: attendu\u00a0: un texte entre guillemets droits/)
  })
})

describe('a value that is refused', () => {
  it('is told in French with what to write, whoever refuses it', async () => {
    const system = scratchSystem(`import { defineSystem, email, http } from 'vigie'
export default defineSystem({
  name: 'S', locale: 'fr', publicUrl: 'vigie.example.org',
  components: { api: http({ url: 'localhost:8000' }) },
  channels: { team: email({ host: 'mail.example.org', user: 'a', from: 'x', to: 'a@b.c' }) },
  heartbeats: { n: { key: 'short', every: '1d', at: '02:00' }, m: { key: { env: 'M' }, every: '1s', timezone: 'Mars/X' } },
} as never)
`)
    const { stderr } = await vigie(['config', 'explain', ...system.config])
    for (const told of [
      /publicUrl: n'est pas une adresse/,
      /components\.api\.url: n'est pas une adresse\u00a0: écrivez https/,
      /team\.from: n'est pas une adresse électronique/,
      /heartbeats\.n\.key: une clé de battement/,
      /heartbeats\.n: écrivez soit every/,
      /heartbeats\.m\.timezone: n'est pas un fuseau horaire/,
    ])
      assert.match(stderr, told)
    assert.doesNotMatch(stderr, /write|valeur refusée/)
    system.remove()
  })
})
