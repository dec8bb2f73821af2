import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { defineCheck } from '../core/check.ts'
import { type AnyComponentKind, defineComponent } from '../core/component.ts'
import { durationSchema } from '../core/duration.ts'
import { message } from '../core/message.ts'
import { defineTask } from '../core/task.ts'
import { buildSystem } from './build-system.ts'
import { explain } from './explain.ts'
import type { System } from './system.ts'

const summary = message('test.summary', { en: () => 's', fr: () => 's' })
const check = (kind: string, more: object) =>
  defineCheck<unknown>()({
    kind,
    summary,
    messages: [],
    options: z.strictObject({ minStatisticsAge: durationSchema.default(0) }),
    probe: async () => 1,
    judge: () => ({ status: 'pass', saw: 1 }),
    ...more,
  })
const database = defineComponent({
  kind: 'database',
  summary,
  options: z.strictObject({ url: z.string() }),
  checks: [
    check('database-unused-index', { cadence: 'weekly' }),
    check('database-reachable', { cadence: 'daily', criticality: 'critical' }),
    check('database-hidden', { cadence: 'daily', appliesTo: () => false }),
  ],
  tasks: [],
})
const kinds: readonly AnyComponentKind[] = [database]

function built(written: object): System {
  const result = buildSystem(
    { name: 'S', components: { db: { kind: 'database', url: 'x' } }, ...written },
    '/app/vigie.config.ts',
    kinds,
  )
  assert.ok('system' in result, JSON.stringify(result))
  return result.system
}

function problems(written: object): string[] {
  const result = buildSystem(written, '/app/vigie.config.ts', kinds)
  assert.ok('problems' in result)
  return result.problems.map(({ path, text, hint }) =>
    `${path}: ${text.code} ${hint === undefined ? '' : JSON.stringify(hint.params)}`.trim(),
  )
}

const idsOf = (system: System, routine: string): string[] =>
  system.routines.get(routine)?.steps.map(({ id }) => id) ?? []

describe('a system built from a config', () => {
  it('has the recommended routines from the cadence of its kinds', () => {
    const system = built({})
    assert.deepEqual(idsOf(system, 'daily'), ['db/reachable'])
    assert.deepEqual(idsOf(system, 'weekly'), ['db/unused-index'])
    assert.deepEqual([...system.routines.keys()], ['daily', 'weekly', 'monthly', 'quarterly'])
    assert.equal(system.routines.get('daily')?.at, '07:30')
  })

  it('lets a team add, change and remove steps', () => {
    const system = built({
      components: {
        db: {
          kind: 'database',
          url: 'x',
          checks: { 'unused-index': { minStatisticsAge: '35d', cadence: 'daily' }, hidden: true },
        },
      },
      routines: {
        daily: { at: '06:00', remove: ['db/reachable'], add: [{ human: 'Analyser les métriques', minutes: 10 }] },
        deploy: { steps: ['db/reachable'] },
      },
    })
    assert.deepEqual(idsOf(system, 'daily'), ['db/unused-index', 'db/hidden', 'you/analyser-les-metriques'])
    assert.deepEqual(idsOf(system, 'deploy'), ['db/reachable'])
    assert.deepEqual(system.steps.get('db/unused-index')?.options, { minStatisticsAge: 35 * 86_400_000 })
  })

  it('has one object for a component and for all its steps: what acts for it is known by that', () => {
    const { components, steps } = built({})
    for (const step of steps.values()) assert.equal(step.component, components[0])
    assert.ok(steps.size > 0)
  })

  it('leaves out a check that is false', () => {
    assert.deepEqual(
      idsOf(built({ components: { db: { kind: 'database', url: 'x', checks: { reachable: false } } } }), 'daily'),
      [],
    )
  })

  it('reports every problem at once, with its path and the known names on a typo', () => {
    const found = problems({
      name: 'S',
      components: {
        db: { kind: 'databse', url: 'x' },
        db2: { kind: 'database', ur: 'x' },
        db3: { kind: 'database', url: 'x', checks: { 'unused-indx': {}, reachable: { minStatisticsAge: '35' } } },
      },
    })
    assert.deepEqual(found, [
      'components.db.kind: config.unknown-kind {"name":"database","names":"database"}',
      'components.db2.url: config.missing',
      'components.db2.ur: config.unknown-key {"name":"url","names":"url, checks, tasks, collectors"}',
      'components.db3.checks.unused-indx: config.unknown-name {"name":"unused-index","names":"unused-index, reachable, hidden"}',
      'components.db3.checks.reachable.minStatisticsAge: config.not-a-duration',
    ])
  })

  it('reports what is wrong around the components and in them together', () => {
    const found = problems({ name: 'S', timezone: 'Paris', components: { db: { kind: 'database', uri: 'x' } } })
    assert.deepEqual(
      found.map((line) => line.split(' ')[0]),
      ['timezone:', 'components.db.url:', 'components.db.uri:'],
    )
    const unreadable = problems({ nam: 'S', components: { db: 7 }, kinds: 7 }).map((line) => line.split(' ')[0])
    assert.ok(unreadable.includes('components.db:') && unreadable.includes('kinds:'), unreadable.join())
  })

  it('reports every layer at once: around, components, their steps, routines and approvals', () => {
    const found = problems({
      name: 'S',
      timezone: 'Paris',
      nam: 1,
      components: {
        db: { kind: 'database', uri: 'x', checks: { reachable: { minStatisticsAge: '35' }, reachabel: {} } },
        ok: { kind: 'database', url: 'x' },
        odd: { kind: 'databse' },
        bare: 7,
      },
      routines: {
        daily: { at: '25:00' },
        weekly: { add: ['db/reachable', 'db/nothing', 'ok/nothing', 'odd/any', 'bare/any'], remove: ['gone/x'] },
      },
      approvals: [{ step: 'x' }, { step: 'ok/wipe', by: 'me', until: '2030-01-01', maxActions: 1 }],
    })
    assert.deepEqual(found.map((line) => line.split(' ')[0]).sort(), [
      'approvals.0.by:',
      'approvals.0.maxActions:',
      'approvals.0.until:',
      'approvals.1.step:',
      'components.bare:',
      'components.db.checks.reachabel:',
      'components.db.checks.reachable.minStatisticsAge:',
      'components.db.uri:',
      'components.db.url:',
      'components.odd.kind:',
      'nam:',
      'routines.daily.at:',
      'routines.weekly.add.1:',
      'routines.weekly.add.2:',
      'routines.weekly.remove.0:',
      'timezone:',
    ])
  })

  it('refuses a routine that names a step there is not, a bad time and a step that stands twice', () => {
    const components = { db: { kind: 'database', url: 'x' } }
    assert.deepEqual(problems({ name: 'S', components, routines: { daily: { add: ['db/reachabel'] } } }), [
      'routines.daily.add.0: config.unknown-name {"name":"db/reachable","names":"db/unused-index, db/reachable"}',
    ])
    assert.deepEqual(problems({ name: 'S', components, routines: { daily: { at: '25:00' } } }), [
      'routines.daily.at: config.not-a-schedule',
    ])
    assert.match(
      problems({ name: 'S', components, routines: { daily: { add: ['db/reachable'] } } })[0] ?? '',
      /step-twice/,
    )
  })

  it('refuses attempts for a task: what acts is never tried again by itself', () => {
    const cleaning = defineTask<unknown>()({
      kind: 'database-clean',
      summary,
      messages: [],
      options: z.strictObject({}),
      effect: 'destroy',
      cadence: 'weekly',
      plan: async () => [],
      execute: async () => ({ status: 'done', changed: false }),
    })
    const components = { db: { kind: 'database', url: 'x', tasks: { clean: { attempts: 3 } } } }
    const withTask = defineComponent({ ...database, tasks: [cleaning] })
    const result = buildSystem({ name: 'S', components }, '/app/vigie.config.ts', [withTask])
    assert.ok('problems' in result)
    assert.deepEqual(
      result.problems.map(({ path, text }) => `${path}: ${text.code}`),
      ['components.db.tasks.clean.attempts: config.task-attempts'],
    )
  })

  it('tells where each value came from, and never the value of a secret', async () => {
    process.env['VIGIE_TEST_URL'] = 'postgres://u:hunter2@h/db'
    const withSecret = defineComponent({
      kind: 'database',
      summary,
      options: z.strictObject({ url: z.object({ env: z.string() }) }),
      checks: [],
      tasks: [],
    })
    const written = { name: 'S', components: { db: { kind: 'database', url: { env: 'VIGIE_TEST_URL' } } } }
    const result = buildSystem(written, '/app/vigie.config.ts', [withSecret])
    assert.ok('system' in result)
    const values = new Map((await explain(result.system, written)).map((value) => [value.path, value]))
    assert.equal(values.get('name')?.source, 'file')
    assert.equal(values.get('timezone')?.source, 'default')
    assert.deepEqual(values.get('components.db.url'), {
      path: 'components.db.url',
      value: '•••',
      source: 'environment',
      detail: 'VIGIE_TEST_URL (set)',
      place: null,
    })
    assert.equal(values.get('routines.daily.steps')?.source, 'recommended')
    assert.doesNotMatch(JSON.stringify([...values.values()]), /hunter2/)
  })
})
