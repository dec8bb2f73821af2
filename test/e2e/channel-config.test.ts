import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { everyChannelKind, everyKind, shippedKinds } from '../../src/catalog.ts'
import { configSchema } from '../../src/config/config-schema.ts'
import { loadSystem } from '../../src/config/load-system.ts'
import { shippedChannels } from '../../src/notify/catalog.ts'

const config = `import { alertmanager, command, defineSystem, email, env, slack, webhook } from 'vigie'
export default defineSystem({
  name: 'S',
  components: { api: command({ command: ['true'] }) },
  channels: {
    team: email({ host: 'mail.example.org', user: env('SMTP_USER'), password: env('SMTP_PASSWORD'),
      from: 'Vigie <vigie@example.org>', to: ['eve@example.org'], fallback: 'chat' }),
    chat: slack({ url: env('SLACK_URL') }),
    hook: webhook({ url: 'https://example.org/hook', secret: env('HOOK_SECRET'), template: '{"text":"{{headline}}"}' }),
    am: alertmanager({ url: 'http://127.0.0.1:9095/' }),
  },
  routes: [{ severity: 'critical', to: ['team', 'hook'] }, { component: 'api', to: 'am' }],
})
`

describe('the shipped channels', () => {
  it('stand under their own names, with strict options', async () => {
    const kinds = await everyChannelKind()
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      shippedChannels.names,
    )
    for (const { kind, options } of kinds) {
      const told = options.safeParse({ notAnOption: 1 }).error?.issues.map(({ code }) => code)
      assert.ok(told?.includes('unrecognized_keys'), kind)
    }
  })

  it('are read from a config that names them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vigie-channels-'))
    const file = join(dir, 'vigie.config.ts')
    await writeFile(file, config)
    await writeFile(join(dir, 'package.json'), '{"type":"module"}')
    const { channels, routes } = await loadSystem(file, shippedKinds)
    await rm(dir, { recursive: true })
    assert.deepEqual(
      channels.map(({ name, kind: { kind }, fallback }) => [name, kind, fallback]),
      [
        ['team', 'email', 'chat'],
        ['chat', 'slack', undefined],
        ['hook', 'webhook', undefined],
        ['am', 'alertmanager', undefined],
      ],
    )
    assert.equal(routes.length, 2)
  })

  it('stand in the JSON schema of a config', async () => {
    const schema = configSchema(await everyKind(), await everyChannelKind()) as {
      properties: {
        channels: { additionalProperties: { oneOf: { properties: Record<string, { const?: string }> }[] } }
      }
    }
    const kinds = schema.properties.channels.additionalProperties.oneOf
    assert.deepEqual(
      kinds.map(({ properties }) => properties['kind']?.const),
      shippedChannels.names,
    )
    for (const { properties } of kinds) assert.ok('fallback' in properties)
  })
})
