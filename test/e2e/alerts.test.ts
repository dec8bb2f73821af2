import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  alertsAckOutput,
  alertsListOutput,
  alertsSilenceOutput,
  alertsTestOutput,
  alertsUnsilenceOutput,
} from '../../src/cli/json-shapes/alerts.ts'
import { auditListOutput } from '../../src/cli/json-shapes/audit.ts'
import type { Alert } from '../../src/core/alert.ts'
import type { Point } from '../../src/core/series.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { newAlert } from '../../src/watch/new-alert.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const config = `import { defineSystem, tcp } from 'vigie'
export default defineSystem({ name: 'Shop', timezone: 'Europe/Paris',
  components: { mail: tcp({ host: '127.0.0.1', port: 1 }), api: tcp({ host: '127.0.0.1', port: 2 }) },
  alerts: ['queue_length > 10 for 5m as low', 'nobody_writes_this > 1'],
} as never)
`

async function withStore(system: ScratchSystem, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ kind: 'sqlite', dir: join(system.dir, '.vigie') })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

describe('vigie alerts', () => {
  let system: ScratchSystem
  const began = new Date(Date.now() - hour)
  const alerts = (...words: readonly string[]): Promise<CliResult> => vigie(['alerts', ...words, ...system.config])
  const open = (id: string, changes: Partial<Alert>): Alert => ({
    ...newAlert(
      {
        ...{ id, system: 'Shop', key: `check ${id}`, source: 'check', rule: `${id}/connect`, severity: 'high' },
        title: { code: 'watch.blind', params: { step: `${id}/connect`, looks: 3, reason: 'refused' } },
      },
      began,
    ),
    ...changes,
  })
  before(async () => {
    system = scratchSystem(config)
    await withStore(system, async (store) => {
      const resolvedAt = new Date(began.getTime() + 10 * minute)
      const known = [
        open('amail', { component: 'mail', rule: 'mail/connect' }),
        open('aworse', { severity: 'critical', component: 'api', silencedBy: 'amail' }),
        open('apending', { severity: 'critical', state: 'pending', firedAt: undefined }),
        open('aover', { state: 'resolved', resolvedAt }),
        open('aother', { system: 'Another' }),
      ]
      await store.alerts.decide(known, [])
    })
  })
  after(() => system.remove())

  it('list shows what fires, the worst first, with the words of its kind, and what is still to fire last', async () => {
    const { alerts: all, silences } = alertsListOutput.parse((await alerts('list', '--json')).json())
    assert.deepEqual(
      all.map(({ id, state, silencedBy }) => [id, state, silencedBy?.kind]),
      [
        ['aworse', 'firing', 'alert'],
        ['amail', 'firing', undefined],
        ['apending', 'pending', undefined],
      ],
    )
    assert.equal(all[1]?.title, 'amail/connect could not be told for 3 looks: refused')
    assert.deepEqual(silences, [])
    const told = await alerts('list', '--locale', 'fr')
    assert.equal(told.code, 0, told.stderr)
    assert.match(
      told.stdout,
      /^C aworse {2}api\u00a0: aworse\/connect reste indéterminé depuis 3 contrôles\u00a0: refused$/m,
    )
    assert.match(told.stdout, /active depuis .*\(1\u00a0h.*\) · mise en silence par l'alerte plus grave amail/)
    assert.match(told.stdout, /active depuis .* · personne ne s'en charge/)
    assert.match(told.stdout, /^2 critiques {3}1 élevée$/m)
  })

  it('list shows those of one state, and as many as were asked for', async () => {
    const ids = async (...words: readonly string[]): Promise<string[]> =>
      (await alerts('list', '--json', ...words)).json().alerts.map(({ id }: Alert) => id)
    assert.deepEqual(await ids('--state', 'resolved'), ['aover'])
    assert.deepEqual(await ids('--state', 'pending'), ['apending'])
    assert.deepEqual(await ids('--limit', '1'), ['aworse'])
    assert.match((await alerts('list', '--state', 'resolved')).stdout, /resolved .*, after 10\u00a0min/)
    for (const words of [
      ['--state', 'gone'],
      ['--limit', '0'],
      ['--limit', 'all'],
    ]) {
      assert.equal((await alerts('list', ...words)).code, 2)
    }
  })

  it('ack takes an alert once, in the name of somebody, and writes it into the audit', async () => {
    assert.equal((await alerts('ack', 'amail')).code, 2)
    const got = await alerts('ack', 'amail', '--by', 'Léa', '--json')
    assert.equal(got.code, 0, got.stderr)
    assert.equal(alertsAckOutput.parse(got.json()).alert.acknowledgedBy, 'Léa')
    assert.equal((await alerts('ack', 'ama', '--by', 'Léa')).code, 0)
    const late = await alerts('ack', 'amail', '--by', 'Tom')
    assert.deepEqual([late.code, /Léa has it since/.test(late.stderr)], [4, true])
    const audit = auditListOutput.parse((await vigie(['audit', 'list', '--json', ...system.config])).json())
    const taken = audit.entries.filter(({ event }) => event === 'alert.acknowledged')
    assert.deepEqual(
      taken.map(({ actor, subject }) => [actor, subject]),
      [['Léa', { alert: 'amail' }]],
    )
    assert.match((await alerts('list')).stdout, /taken by Léa/)
  })

  it('ack refuses what is over, unknown, of another system, or not the one only', async () => {
    const over = await alerts('ack', 'aover', '--by', 'Léa')
    assert.deepEqual([over.code, /It is over since/.test(over.stderr)], [2, true])
    for (const id of ['azzz', 'aother']) {
      const got = await alerts('ack', id, '--by', 'Léa', '--json')
      assert.deepEqual([got.code, got.json().error.code], [2, 'unknown-alert'])
    }
    assert.match((await alerts('ack', 'a', '--by', 'Léa')).stderr, /the beginning of 3 alerts/)
  })

  it('silence keeps quiet for a time and a reason, in the audit, until unsilence ends it', async () => {
    const words = ['--component', 'mail', '--for', '2h', '--reason', 'moving the server', '--by', 'Léa']
    const got = alertsSilenceOutput.parse((await alerts('silence', ...words, '--json')).json())
    const { id, startsAt, endsAt, component, rule } = got.silence
    assert.deepEqual([component, rule, got.covers], ['mail', null, ['amail']])
    assert.equal(Date.parse(endsAt) - Date.parse(startsAt), 2 * hour)
    await withStore(system, async (store) => {
      assert.deepEqual(
        (await store.silences.at('Shop', new Date())).map((one) => [one.id, one.matcher]),
        [[id, { component: 'mail' }]],
      )
      await store.alerts.decide([open('aquiet', { component: 'mail', silencedBy: id })], [])
    })
    const listed = await alerts('list')
    assert.match(listed.stdout, new RegExp(`silenced by silence ${id} \\(moving the server\\)`))
    assert.match(listed.stdout, new RegExp(`^${id} {2}mail is silent until .* \\(Léa: moving the server\\)$`, 'm'))

    const ended = await alerts('unsilence', id, '--by', 'Tom', '--json')
    assert.equal(alertsUnsilenceOutput.parse(ended.json()).silence.id, id)
    const again = await alerts('unsilence', id, '--json')
    assert.deepEqual([again.code, again.json().error.code], [2, 'unknown-silence'])
    const audit = auditListOutput.parse((await vigie(['audit', 'list', '--json', ...system.config])).json())
    const events = audit.entries.filter(({ event }) => event.startsWith('silence.'))
    assert.deepEqual(events.map(({ event, actor }) => `${event} ${actor}`).toSorted(), [
      'silence.ended Tom',
      'silence.started Léa',
    ])
  })

  it('silence reads a rule as it is printed or named, and refuses what would keep nothing quiet', async () => {
    const why = ['--for', '1h', '--reason', 'x']
    const ruleOf = async (rule: string): Promise<unknown> => {
      const got = await alerts('silence', '--rule', rule, ...why, '--json')
      const { silence } = got.json()
      await alerts('unsilence', silence?.id ?? '')
      return silence?.rule
    }
    assert.equal(await ruleOf('queue_length>10 for 5m as low'), 'queue_length > 10 for 5m as low')
    assert.equal(await ruleOf('host-cpu'), 'host_cpu_ratio > 80% for 5m as high')
    assert.equal(await ruleOf('api/connect'), 'api/connect')
    const refused = [
      ['--component', 'mails', ...why],
      ['--rule', 'queue_lenght > 10', ...why],
      ['--for', '31d', '--reason', 'x'],
      ['--for', 'tomorrow', '--reason', 'x'],
      ['--for', '1h'],
      ['--for', '1h', '--reason', ' '],
    ]
    for (const words of refused) assert.equal((await alerts('silence', ...words)).code, 2, words.join(' '))
    assert.match((await alerts('silence', '--component', 'mails', ...why)).stderr, /did you mean "mail"/)
    assert.deepEqual((await alerts('list', '--json')).json().silences, [])
    const { stderr } = await alerts('silence', '--rule', 'host-cpuu', ...why)
    assert.match(stderr, /did you mean "host-cpu"/)
    assert.doesNotMatch(stderr, /host_cpu_ratio > 80%/)
  })
})

describe('vigie alerts test', () => {
  let system: ScratchSystem
  const test = (...words: readonly string[]): Promise<CliResult> =>
    vigie(['alerts', 'test', ...words, ...system.config])
  const now = Date.now()
  before(async () => {
    system = scratchSystem(config)
    const points: Point[] = []
    for (let ago = 6 * hour; ago >= 0; ago -= 30_000) {
      const isBusy = ago <= 4 * hour && ago > 3 * hour
      const at = now - ago
      points.push({ name: 'host_cpu_ratio', labels: { component: 'web' }, at, value: isBusy ? 0.9 : 0.3 })
      points.push({ name: 'queue_length', labels: { component: 'jobs' }, at, value: 1 })
    }
    await withStore(system, (store) => store.series.add('Shop', points))
  })
  after(() => system.remove())

  it('says when a rule would have fired over what was recorded, and for how long', async () => {
    const got = await test('host_cpu_ratio > 80% for 5m', '--json')
    assert.equal(got.code, 0, got.stderr)
    const { rules, missing } = alertsTestOutput.parse(got.json())
    const [rule] = rules
    assert.deepEqual([rules.length, rule?.status, rule?.series, rule?.points, missing.length], [1, 'fired', 1, 721, 0])
    const [episode, ...others] = rule?.episodes ?? []
    assert.equal(others.length, 0)
    const after5 = now - 4 * hour + 5 * minute
    assert.ok(Math.abs(Date.parse(episode?.firedAt ?? '') - after5) <= 45_000, JSON.stringify(episode))
    assert.ok(Math.abs((episode?.durationMs ?? 0) - hour) <= minute)
    assert.equal(episode?.title, 'web: host_cpu_ratio is 90%, above 80% for 5\u00a0min')
    const told = await test('host_cpu_ratio > 80% for 5m', '--locale', 'fr')
    assert.match(told.stdout, /aurait alerté .*, jusqu'à .*, 1\u00a0h/)
    const quiet = await test('host_cpu_ratio > 95% for 5m')
    assert.deepEqual([quiet.code, /PASS .*\n.*\n {4}would not have fired/.test(quiet.stdout)], [0, true])
  })

  it('could not tell where nothing was recorded that the rule reads, and never says that all was quiet', async () => {
    for (const rule of [
      'queue_lenght > 10',
      'host_cpu_ratio{component="db"} > 80%',
      'host_cpu_ratio > 80% and queue_age > 1',
    ]) {
      const got = await test(rule)
      assert.deepEqual([got.code, /could not tell/.test(got.stdout)], [3, true], rule)
      assert.doesNotMatch(got.stdout, /would not have fired/)
    }
    const old = scratchSystem(config)
    await withStore(old, (store) =>
      store.series.add('Shop', [
        { name: 'host_cpu_ratio', labels: { component: 'web' }, at: now - day - hour, value: 1 },
      ]),
    )
    const got = await vigie(['alerts', 'test', 'host_cpu_ratio > 80%', '--json', ...old.config])
    assert.deepEqual([got.code, got.json().rules[0].status], [3, 'no-data'])
    const silent = await vigie(['alerts', 'test', 'absent(host_cpu_ratio) for 5m', '--json', ...old.config])
    assert.deepEqual([silent.code, silent.json().rules[0].status], [3, 'no-data'])
    old.remove()
  })

  it('without a rule replays those of the config, its own and the ready-made ones', async () => {
    const got = await test('--json', '--since', '5h')
    const { rules } = alertsTestOutput.parse(got.json())
    const of = (text: string) => rules.find(({ rule }) => rule === text)
    assert.equal(of('queue_length > 10 for 5m as low')?.status, 'quiet')
    assert.equal(of('nobody_writes_this > 1')?.status, 'no-data')
    assert.equal(of('host_cpu_ratio > 80% for 5m as high')?.status, 'fired')
    assert.deepEqual(
      of('host_cpu_ratio > 75% for 5m as medium')?.episodes.map(({ isCovered }) => isCovered),
      [true],
    )
    assert.equal(got.code, 3)
    const told = await test()
    assert.match(told.stdout, /processors at 90%/)
    assert.match(told.stdout, /\d+ ready-made rules sleep/)
  })

  it('takes a ready-made rule by its id, and shows the place of a mistake', async () => {
    assert.match((await test('host-cpu')).stdout, /host_cpu_ratio > 80% for 5m as high/)
    const wrong = await test('host_cpu_ratio > 80% fur 5m')
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, / {2}host_cpu_ratio > 80% fur 5m\n {23}\^/)
    assert.equal((await test('host-cpu', '--since', 'ever')).code, 2)
  })
})
