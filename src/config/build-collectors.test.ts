import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { defineCollector } from '../core/collector.ts'
import { defineComponent } from '../core/component.ts'
import { message } from '../core/message.ts'
import { buildSystem } from './build-system.ts'

const summary = message('test.collector-summary', { en: () => 'x', fr: () => 'x' })
const optionsOf = z.strictObject({ metrics: z.string().optional(), queries: z.array(z.string()).default([]) })
type Options = z.output<typeof optionsOf>
const metrics = defineCollector<Options>()({
  kind: 'api-metrics',
  summary,
  options: z.strictObject({ top: z.number().default(20) }),
  everyMs: 15_000,
  messages: [],
  appliesTo: (component) => component.metrics !== undefined,
  collect: async () => [],
})
const queries = defineCollector<Options>()({
  kind: 'api-queries',
  summary,
  options: z.strictObject({}),
  everyMs: 60_000,
  messages: [],
  parts: ({ queries }) => queries.map((name) => ({ name, everyMs: 3_600_000, timeoutMs: 30_000 })),
  collect: async () => [],
})
const api = defineComponent({
  kind: 'api',
  summary,
  options: optionsOf,
  checks: [],
  tasks: [],
  collectors: [metrics, queries],
})
const build = (options: object): readonly unknown[] => {
  const built = buildSystem({ name: 'S', components: { it: { kind: 'api', ...options } } }, '/c.yaml', [api])
  if ('problems' in built) return built.problems.map(({ path, text }) => `${path}: ${text.code}`)
  return [...built.system.collectors.values()].map(({ id, everyMs, timeoutMs, part, options }) => [
    ...[id, everyMs, timeoutMs, part, options],
  ])
}

describe('the collectors of a system', () => {
  test('are those that apply, with their own rhythm and limit', () => {
    assert.deepEqual(build({}), [])
    assert.deepEqual(build({ metrics: '/m' }), [['it/metrics', 15_000, 10_000, undefined, { top: 20 }]])
  })
  test('take their rhythm, limit and options from the config, and a look never outlasts the next', () => {
    const written = { metrics: { every: '5s', top: 3 } }
    assert.deepEqual(build({ collectors: written }), [['it/metrics', 5000, 5000, undefined, { top: 3 }]])
    assert.deepEqual(build({ metrics: '/m', collectors: { metrics: false } }), [])
  })
  test('of a kind with parts are one each', () => {
    assert.deepEqual(build({ queries: ['users', 'orders'] }), [
      ['it/queries/users', 3_600_000, 30_000, 'users', {}],
      ['it/queries/orders', 3_600_000, 30_000, 'orders', {}],
    ])
  })
  test('are refused where they are written wrong', () => {
    const wrong = { metrics: { every: '10ms', tpo: 1 }, metric: {}, queries: 7 }
    assert.deepEqual(build({ collectors: wrong }), [
      'components.it.collectors.metric: config.unknown-name',
      'components.it.collectors.metrics.every: config.too-often',
      'components.it.collectors.metrics.tpo: config.unknown-key',
      'components.it.collectors.queries: config.not-an-object',
    ])
    assert.deepEqual(build({ collectors: 7 }), ['components.it.collectors: config.not-an-object'])
  })
})
