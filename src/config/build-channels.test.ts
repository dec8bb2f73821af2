import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { type AnyChannelKind, defineChannel } from '../core/channel.ts'
import { durationSchema } from '../core/duration.ts'
import { message } from '../core/message.ts'
import { secretSchema } from '../core/secret.ts'
import { buildSystem } from './build-system.ts'
import { explain } from './explain.ts'
import type { System } from './system.ts'

const kind = (name: string): AnyChannelKind =>
  defineChannel({
    kind: name,
    summary: message('test.summary', { en: () => 's', fr: () => 's' }),
    messages: [],
    options: z.strictObject({ url: secretSchema, wait: durationSchema.default(0) }),
    render: () => '',
    deliver: async () => ({ status: 'delivered' }),
  })
const command = {
  kind: 'command',
  summary: message('test.summary', { en: () => 's', fr: () => 's' }),
  options: z.looseObject({}),
  checks: [],
  tasks: [],
}
const written = (more: object) => ({
  name: 'S',
  components: { api: { kind: 'command' }, db: { kind: 'command' } },
  ...more,
})
const build = (more: object) =>
  buildSystem(written(more), '/app/vigie.config.ts', [command], ['command'], [kind('pager')], ['pager', 'email'])

function built(more: object): System {
  const result = build(more)
  assert.ok('system' in result, JSON.stringify(result))
  return result.system
}

function problems(more: object): string[] {
  const result = build(more)
  assert.ok('problems' in result)
  return result.problems.map(({ path, text, hint }) =>
    `${path}: ${text.code} ${hint === undefined ? '' : JSON.stringify(hint.params)}`.trim(),
  )
}

const team = { kind: 'pager', url: 'x' }

describe('the channels of a config', () => {
  it('are none without a word of them', () => {
    const { channels, routes } = built({})
    assert.deepEqual([channels, routes], [[], []])
  })

  it('have their options read, their fallback, and routes', () => {
    const { channels, routes } = built({
      channels: { team: { ...team, wait: '5s', fallback: 'ops' }, ops: team },
      routes: [{ severity: 'high', component: 'db', to: 'team' }, { to: ['team', 'ops'] }],
    })
    assert.deepEqual(
      channels.map(({ name, kind: { kind: of }, options, fallback }) => ({ name, of, options, fallback })),
      [
        { name: 'team', of: 'pager', options: { url: 'x', wait: 5000 }, fallback: 'ops' },
        { name: 'ops', of: 'pager', options: { url: 'x', wait: 0 }, fallback: undefined },
      ],
    )
    assert.deepEqual(routes, [
      { severity: 'high', components: ['db'], to: ['team'] },
      { severity: undefined, components: undefined, to: ['team', 'ops'] },
    ])
  })

  it('may be of a kind that the team brings itself', () => {
    const { channels } = built({ channelKinds: [kind('horn')], channels: { roof: { kind: 'horn', url: 'x' } } })
    assert.equal(channels[0]?.kind.kind, 'horn')
    assert.deepEqual(problems({ channelKinds: [{ kind: 'horn' }] }), ['channelKinds.0: config.not-a-channel-kind'])
  })

  const cases: readonly (readonly [string, object, readonly string[]])[] = [
    [
      'a kind that there is not',
      { channels: { a: { kind: 'emai' } } },
      ['channels.a.kind: config.unknown-channel-kind {"name":"email","names":"pager, email"}'],
    ],
    [
      'an option that there is not',
      { channels: { a: { ...team, urll: 1 } } },
      ['channels.a.urll: config.unknown-key {"name":"url","names":"kind, url, wait, fallback"}'],
    ],
    ['an option that is wrong', { channels: { a: { kind: 'pager', url: '' } } }, ['channels.a.url: config.empty']],
    [
      'a fallback that there is not',
      { channels: { team: { ...team, fallback: 'op' }, ops: team } },
      ['channels.team.fallback: config.unknown-name {"name":"ops","names":"team, ops"}'],
    ],
    [
      'a fallback to itself',
      { channels: { team: { ...team, fallback: 'team' } } },
      ['channels.team.fallback: config.fallback-circle'],
    ],
    [
      'a circle of fallbacks, once',
      { channels: { z: { ...team, fallback: 'b' }, b: { ...team, fallback: 'c' }, c: { ...team, fallback: 'b' } } },
      ['channels.b.fallback: config.fallback-circle'],
    ],
    [
      'a route to nobody',
      { channels: { team }, routes: [{ to: 'team' }, { to: ['team', 'tem'] }] },
      ['routes.1.to: config.unknown-name {"name":"team","names":"team"}'],
    ],
    [
      'a route of no component',
      { channels: { team }, routes: [{ component: ['api', 'bd'], to: 'team' }] },
      ['routes.0.component: config.unknown-name {"names":"api, db"}'],
    ],
    [
      'a severity that there is not',
      { channels: { team }, routes: [{ severity: 'bad', to: 'team' }] },
      ['routes.0.severity: config.not-one-of'],
    ],
    ['a name that fits no URL', { channels: { 'a b': team } }, ['channels.a b: config.not-a-name']],
  ]
  for (const [what, more, expected] of cases) {
    it(`are refused with ${what}`, () => assert.deepEqual(problems(more), expected))
  }

  it('are explained, their secrets never shown', async () => {
    process.env['VIGIE_TEST_HOOK'] = 'https://hooks.example/hunter2'
    const more = {
      channels: { team: { kind: 'pager', url: { env: 'VIGIE_TEST_HOOK' } }, ops: { ...team, fallback: 'team' } },
      routes: [{ to: 'team' }],
    }
    const values = await explain(built(more), written(more))
    delete process.env['VIGIE_TEST_HOOK']
    const told = Object.fromEntries(
      values.map(({ path, value, source }) => [path, `${JSON.stringify(value)} ${source}`]),
    )
    assert.equal(told['channels.team.url'], '"•••" environment')
    assert.equal(told['channels.team.wait'], '0 default')
    assert.equal(told['channels.ops.fallback'], '"team" file')
    assert.equal(told['routes'], '[{"to":"team"}] file')
    assert.ok(!JSON.stringify(values).includes('hunter2'))
  })
})
