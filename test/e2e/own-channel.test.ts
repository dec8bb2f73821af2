import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { startUp } from '../support/daemon.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const zod = import.meta.resolve('zod')
/** A channel of the team's own that writes to a file, and refuses with a text of its own. */
const config = (api: string, why: string) => `import { appendFileSync } from 'node:fs'
import { z } from '${zod}'
import { defineChannel, defineSystem, http, message } from 'vigie'
const pager = message('own.pager', { en: () => 'the pager on the wall', fr: () => 'le bipeur au mur' })
const jammed = message<{ why: string }>('own.jammed', { en: (p) => \`the pager is jammed: \${p.why}\`, fr: (p) => \`le bipeur est bloqué\\u00a0: \${p.why}\` })
const wall = defineChannel({
  kind: 'wall',
  summary: pager,
  options: z.strictObject({ file: z.string() }),
  messages: [jammed],
  render: ({ id, items }) => JSON.stringify({ id, titles: items.map(({ title }) => title), link: items[0]?.acknowledgeUrl }),
  deliver: async (text, { file }) => {
    appendFileSync(new URL(file, import.meta.url), text + '\\n')
    return { status: 'refused', reason: jammed({ why: '${why}' }), isRetryable: true }
  },
})
export default defineSystem({
  name: 'Shop',
  channelKinds: [wall],
  components: { api: http({ url: '${api}', checks: { status: { every: '1s' }, latency: false } }) },
  channels: { pager: { kind: 'wall', file: './pager.log' } },
} as never)
`

describe("a channel kind of the team's own", () => {
  let api: HttpReceiver
  let system: ScratchSystem
  before(async () => {
    api = await startHttpReceiver()
    system = scratchSystem(config(api.url, 'no paper'))
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    system.remove()
  })
  const lastError = async (locale: string): Promise<string> =>
    (await vigie(['channels', 'list', '--locale', locale, ...system.config])).stdout

  it('is told by the watch, and what it refused is said in its own words, in both languages', async () => {
    const daemon = await startUp(system)
    try {
      api.answer({ status: 503 })
      const deadline = Date.now() + 60_000
      let seen = ''
      while (!/jammed/.test(seen) && Date.now() < deadline) seen = await lastError('en')
      assert.match(seen, /the pager is jammed: no paper/)
      assert.match(await lastError('fr'), /le bipeur est bloqué\u00a0: no paper/)
      const tested = await vigie(['channels', 'test', 'pager', ...system.config])
      assert.match(`${tested.stdout}${tested.stderr}`, /the pager is jammed: no paper/)
    } finally {
      assert.equal(await daemon.stop(), 0)
    }
    assert.doesNotMatch(daemon.told(), /own\.jammed/)
  })
})
