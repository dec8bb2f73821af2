import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Labels } from '../core/series.ts'
import type { AlertChange } from './alert-change.ts'
import { alertRulesOf } from './alert-rule.ts'
import { Evaluator } from './evaluator.ts'
import type { Moment } from './moment.ts'

const startMs = Date.parse('2026-11-21T08:00:00Z')
const minute = 60
const labels = { system: 'Shop', component: 'host' }

/** A daemon on a clock of its own. */
class Daemon {
  evaluator: Evaluator
  readonly changes: (AlertChange & { readonly atS: number })[] = []
  readonly #rules: readonly string[]
  second = 0
  stepS = 0

  constructor(...rules: readonly string[]) {
    this.#rules = rules
    this.evaluator = new Evaluator({ system: 'Shop', rules: this.rules, now: this.now })
  }

  get rules() {
    return this.#rules.flatMap((rule) => alertRulesOf(rule))
  }

  get now(): Moment {
    return { wallMs: startMs + (this.second + this.stepS) * 1000, monoMs: 5_000_000 + this.second * 1000 }
  }

  see(name: string, value: number, of: Labels = labels): void {
    this.evaluator.observe([{ name, labels: of, at: this.now.wallMs, value }], this.now)
  }

  keep(changes: readonly AlertChange[]): void {
    this.changes.push(...changes.map((change) => ({ ...change, atS: this.second })))
  }

  /** Goes on to a second, a tick each ten seconds, and one at the end. */
  until(second: number, tick: (second: number, daemon: Daemon) => void = () => undefined, everyS = 10): this {
    while (this.second < second) {
      this.second = Math.min(second, this.second + everyS)
      tick(this.second, this)
      this.keep(this.evaluator.evaluate(this.now))
    }
    return this
  }

  get told(): readonly string[] {
    const told = this.changes.filter(({ kind }) => kind === 'firing' || kind === 'resolved')
    return told.map(({ kind, atS, alert }) => `${kind} ${alert.key.split(/[:{ ]/)[0]} ${atS}`)
  }

  get kinds(): readonly string[] {
    return this.changes.map(({ kind, atS }) => `${kind} ${atS}`)
  }
}

describe('81 % CPU with the rule host_cpu_ratio > 80% for 5m', () => {
  const rule = 'host_cpu_ratio > 80% for 5m'
  const at81 = (daemon: Daemon, until: number) => daemon.until(until, () => daemon.see('host_cpu_ratio', 0.81), 1)

  it('is nothing for 4 min 59 s', () => {
    const daemon = new Daemon(rule)
    at81(daemon, 1)
    at81(daemon, 300)
    assert.deepEqual(daemon.told, [])
    assert.deepEqual(daemon.kinds, ['pending 1'])
  })

  it('is exactly one alert after 5 min, and after an hour', () => {
    const daemon = at81(new Daemon(rule), 301)
    assert.deepEqual(daemon.told, ['firing rule 301'])
    at81(daemon, 3600)
    assert.deepEqual(daemon.told, ['firing rule 301'])
    const { alert } = daemon.changes.at(-1) ?? assert.fail()
    assert.equal(alert.startedAt.toISOString(), '2026-11-21T08:00:01.000Z')
    assert.equal(alert.firedAt?.toISOString(), '2026-11-21T08:05:01.000Z')
    assert.deepEqual([alert.component, alert.severity, alert.rule, alert.value], ['host', 'high', rule, 0.81])
  })

  it('that swings between 79 % and 81 % afterwards is still one alert', () => {
    const daemon = at81(new Daemon(rule), 301)
    daemon.until(4 * 3600, (second) => daemon.see('host_cpu_ratio', second % 120 < 60 ? 0.79 : 0.81))
    assert.deepEqual(daemon.told, ['firing rule 301'])
  })

  it('that swings between 79 % and 81 % before it fired is none', () => {
    const daemon = new Daemon(rule)
    daemon.until(3600, (second) => daemon.see('host_cpu_ratio', second % 120 < 60 ? 0.79 : 0.81))
    assert.deepEqual(daemon.told, [])
  })

  it('of which one point between two evaluations was below is not five minutes', () => {
    const daemon = new Daemon(rule)
    daemon.until(600, (second) => {
      if (second === 200) daemon.see('host_cpu_ratio', 0.79)
      daemon.see('host_cpu_ratio', 0.81)
    })
    assert.deepEqual(daemon.told, ['firing rule 500'])
  })

  it('is over once, after the value was clear for as long as `keep`', () => {
    const daemon = at81(new Daemon(rule), 301)
    daemon.until(3600, () => daemon.see('host_cpu_ratio', 0.5))
    assert.deepEqual(daemon.told, ['firing rule 301', 'resolved rule 611'])
    assert.equal(daemon.changes.at(-1)?.alert.state, 'resolved')
    assert.deepEqual(daemon.evaluator.open(), [])
  })

  it('that begins again is another alert with another id', () => {
    const daemon = at81(new Daemon(`${rule} keep 0s`), 301)
    daemon.until(400, () => daemon.see('host_cpu_ratio', 0.5))
    daemon.until(900, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing rule 301', 'resolved rule 311', 'firing rule 710'])
    assert.equal(new Set(daemon.changes.map(({ alert }) => alert.id)).size, 2)
    assert.equal(new Set(daemon.changes.map(({ alert }) => alert.key)).size, 1)
  })

  for (const stepS of [-7200, -3600, 3600, 86_400]) {
    it(`fires at the same moment when the wall clock steps by ${stepS} s meanwhile`, () => {
      const daemon = new Daemon(rule)
      daemon.until(600, (second) => {
        if (second === 150) daemon.stepS = stepS
        daemon.see('host_cpu_ratio', 0.81)
      })
      assert.deepEqual(daemon.told, ['firing rule 310'])
      daemon.stepS = 0
      daemon.until(1200, () => daemon.see('host_cpu_ratio', 0.5))
      assert.deepEqual(daemon.told, ['firing rule 310', 'resolved rule 910'])
      const { alert } = daemon.changes.at(-1) ?? assert.fail()
      assert.ok((alert.resolvedAt?.getTime() ?? 0) >= alert.startedAt.getTime())
    })
  }
})

describe('data that is missing', () => {
  const rule = 'host_cpu_ratio > 80% for 5m as critical'
  const fired = (): Daemon => {
    const daemon = new Daemon(rule)
    return daemon.until(400, () => daemon.see('host_cpu_ratio', 0.81))
  }

  it('never resolves, and is an alert of its own after the staleness limit', () => {
    const daemon = fired().until(86_400)
    assert.deepEqual(daemon.told, ['firing rule 310', 'firing no-data 710'])
    const { alert } = daemon.changes.at(-1) ?? assert.fail()
    assert.equal(alert.key, 'no-data:host_cpu_ratio{component="host"}')
    assert.equal(alert.severity, 'high')
    assert.deepEqual(alert.title.params, {
      component: 'host',
      series: 'host_cpu_ratio',
      since: '2026-11-21T08:06:40.000Z',
      missing: 1,
      all: 1,
    })
    assert.equal(daemon.evaluator.open().length, 2)
  })

  it('that comes again ends the alert about it, once it has come for five minutes', () => {
    const daemon = fired().until(1000)
    daemon.until(2000, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing rule 310', 'firing no-data 710', 'resolved no-data 1310'])
  })

  it('neither fires a pending alert nor withdraws it: it waits with the time that was seen', () => {
    const daemon = new Daemon(rule)
    daemon.until(190, () => daemon.see('host_cpu_ratio', 0.81))
    daemon.until(2000)
    assert.deepEqual(daemon.told, ['firing no-data 500'])
    assert.deepEqual(daemon.kinds, ['pending 10', 'firing 500'])
    // 3 min 15 s were known, and 1 min 45 s are missing.
    daemon.until(2200, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing no-data 500', 'firing rule 2120'])
  })

  it('is not told for the silence of this program itself', () => {
    const daemon = fired()
    daemon.second += 7200
    daemon.keep(daemon.evaluator.evaluate(daemon.now))
    daemon.until(8000, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing rule 310'])
  })

  it('is told for a slow series by its own rhythm', () => {
    const daemon = new Daemon('certificate_days_left < 14d')
    const hour = 3600
    daemon.see('certificate_days_left', 60)
    daemon.until(3 * 24 * hour, (second) => second % (24 * hour) === 0 && daemon.see('certificate_days_left', 60), 600)
    assert.deepEqual(daemon.told, [])
    daemon.until(5 * 24 * hour, undefined, 600)
    assert.deepEqual(daemon.told, [`firing no-data ${(3 * 24 + 25) * hour + 600}`])
  })

  it('tells a rule of the team that never saw anything, such as one with a name misspelt', () => {
    const daemon = new Daemon('host_cpu_ration > 80%')
    daemon.until(7200, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing no-data 3610'])
    assert.equal(daemon.changes[0]?.alert.title.code, 'alerts.never-seen')
  })

  it('of a component that is known to be down has that cause, and is told when it stays away after its end', () => {
    const daemon = new Daemon('host_cpu_ratio > 80% for 5m')
    const up = (_: number, one: Daemon): void => one.see('host_cpu_ratio', 0.5)
    const down =
      (component: string) =>
      (_: number, one: Daemon): void =>
        one.evaluator.excuse(component, one.now)
    daemon.until(100, up)
    daemon.until(3000, down('host'))
    assert.deepEqual(daemon.told, [])
    daemon.until(3290)
    assert.deepEqual(daemon.told, [])
    daemon.until(3400, down('another'))
    assert.deepEqual(daemon.told, ['firing no-data 3310'])
    daemon.until(4400, down('host'))
    assert.deepEqual(daemon.told, ['firing no-data 3310'], 'what is told stays until data comes')
  })

  it('of one of several series is told with how many are missing', () => {
    const daemon = new Daemon('host_disk_used_ratio > 90%')
    const mount = (path: string) => ({ ...labels, mount: path })
    daemon.until(100, () => {
      daemon.see('host_disk_used_ratio', 0.5, mount('/'))
      daemon.see('host_disk_used_ratio', 0.5, mount('/data'))
    })
    daemon.until(1000, () => daemon.see('host_disk_used_ratio', 0.5, mount('/')))
    assert.deepEqual(daemon.told, ['firing no-data 410'])
    const { params } = daemon.changes[0]?.alert.title ?? assert.fail()
    assert.deepEqual([params['missing'], params['all']], [1, 2])
  })
})

describe('a rule with hysteresis', () => {
  it('fires beyond its limit and ends beyond its other one', () => {
    const daemon = new Daemon('x > 80 clear at 75 keep 0s')
    const values = [79, 81, 79, 76, 81, 76, 74, 76, 79]
    daemon.until(90, (second) => daemon.see('x', values[second / 10 - 1] ?? 0))
    assert.deepEqual(daemon.told, ['firing rule 20', 'resolved rule 70'])
  })
})

describe('functions over a window', () => {
  it('know nothing before half of the window is known', () => {
    const daemon = new Daemon('avg(x, 10m) > 5')
    daemon.until(1200, () => daemon.see('x', 6))
    assert.deepEqual(daemon.told, ['firing rule 310'])
  })

  it('take a queue that grows by its slope, and none that is only long', () => {
    const daemon = new Daemon('slope(rabbitmq_queue_messages, 10m) > 0 for 15m')
    const queue = (name: string) => ({ ...labels, queue: name })
    daemon.until(3600, (second) => {
      daemon.see('rabbitmq_queue_messages', 10_000, queue('long'))
      daemon.see('rabbitmq_queue_messages', 10 + second * 0.1 + (second % 30), queue('jobs'))
    })
    assert.equal(daemon.told.length, 1)
    const { alert, atS } = daemon.changes.find(({ kind }) => kind === 'firing') ?? assert.fail()
    assert.equal(alert.labels['queue'], 'jobs')
    assert.ok(atS >= 300 + 15 * minute && atS < 600 + 15 * minute, String(atS))
    assert.ok(Math.abs((alert.value ?? 0) - 0.1) < 0.02, String(alert.value))
  })

  it('count on when a counter begins again at zero', () => {
    const daemon = new Daemon('increase(jobs_total, 5m) < 100')
    daemon.until(3600, (second) => daemon.see('jobs_total', (second % 700) + 1))
    assert.deepEqual(daemon.told, [])
  })

  it('see a counter that appears with its first error', () => {
    const daemon = new Daemon('increase(errors_total, 5m) >= 50')
    daemon.until(600, () => daemon.see('requests_total', 1))
    daemon.until(1000, () => {
      daemon.see('requests_total', 1)
      daemon.see('errors_total', 50)
    })
    assert.equal(daemon.told.length, 1)
  })
})

describe('an error ratio', () => {
  const rule = 'ratio(http_requests_total{status="5*"}, http_requests_total, 5m) > 1% min 50 samples'
  const serve = (daemon: Daemon, until: number, perTick: number, errors: number): Daemon => {
    let [good, bad] = [daemon.second * 1000, daemon.second * 500]
    return daemon.until(until, () => {
      good += perTick - errors
      bad += errors
      daemon.see('http_requests_total', good, { ...labels, status: '200' })
      daemon.see('http_requests_total', bad, { ...labels, status: '503' })
    })
  }

  it('above its limit fires, for the component and not for each status', () => {
    const daemon = serve(new Daemon(rule), 400, 100, 2)
    assert.equal(daemon.told.length, 1)
    const { alert } = daemon.changes[0] ?? assert.fail()
    assert.deepEqual(alert.labels, labels)
    assert.ok(Math.abs((alert.value ?? 0) - 0.02) < 1e-9)
  })

  it('below its limit does not', () => assert.deepEqual(serve(new Daemon(rule), 1000, 1000, 9).told, []))

  it('of too few requests does not, however bad', () => {
    assert.deepEqual(serve(new Daemon(rule), 1000, 1, 1).told, [])
  })

  it('is resolved by the few good requests of the night', () => {
    const daemon = serve(new Daemon(rule), 400, 100, 2)
    const last = daemon.evaluator.open()[0]
    assert.ok(last)
    let [good, bad] = [400 * 1000, 400 * 500]
    daemon.until(2000, (second) => {
      if (second === 410) [good, bad] = [0, 0]
      if (second % 60 === 0) good++
      daemon.see('http_requests_total', good, { ...labels, status: '200' })
      daemon.see('http_requests_total', bad, { ...labels, status: '503' })
    })
    assert.equal(daemon.told.at(-1)?.startsWith('resolved rule'), true, String(daemon.told))
  })
})

describe('a burn-rate rule', () => {
  const rule = 'burn(slo=99.9%, bad=errors_total, total=requests_total)'
  /** The daemon sees errors at a share of the requests from second to second. */
  const serve = (share: (second: number) => number, until: number): Daemon => {
    const daemon = new Daemon(rule)
    let [all, bad] = [0, 0]
    return daemon.until(until, (second) => {
      all += 1000
      bad += 1000 * share(second)
      daemon.see('requests_total', all)
      daemon.see('errors_total', bad)
    })
  }
  const fires = (daemon: Daemon) =>
    daemon.changes
      .filter(({ kind }) => kind === 'firing')
      .map(({ alert }) => `${alert.severity}${alert.silencedBy === undefined ? '' : ' covered'}`)

  it('at 20 times too fast over an hour is critical, and the slow alert of the same is not told', () => {
    const daemon = serve(() => 0.02, 4 * 3600)
    assert.deepEqual(fires(daemon), ['critical', 'high covered'])
    const first = daemon.changes.find(({ kind }) => kind === 'firing')
    assert.ok((first?.atS ?? 0) >= 1800, 'half of the hour must be known')
  })

  it('at 8 times too fast is high after three hours', () => {
    const daemon = serve(() => 0.008, 7 * 3600)
    assert.deepEqual(fires(daemon), ['high'])
    assert.ok((daemon.changes[0]?.atS ?? 0) >= 3 * 3600)
  })

  it('within its budget is nothing', () => assert.deepEqual(fires(serve(() => 0.0009, 7 * 3600)), []))

  it('that was a short burst is not told', () => {
    assert.deepEqual(fires(serve((second) => (second > 7200 && second <= 7260 ? 0.5 : 0), 10_800)), [])
  })

  it('ends soon after the errors end, by its short window', () => {
    const daemon = serve((second) => (second < 7200 ? 0.02 : 0), 3 * 3600)
    const resolved = daemon.changes.find(({ kind, alert }) => kind === 'resolved' && alert.severity === 'critical')
    assert.ok(resolved !== undefined && resolved.atS < 7200 + 300 + 300 + 60, String(resolved?.atS))
  })
})

describe('absence', () => {
  it('of a series is told after its time, and ends when it comes again', () => {
    const daemon = new Daemon('absent(beat{component="host"}) for 10m')
    daemon.until(100, () => daemon.see('beat', 1))
    daemon.until(1000)
    assert.deepEqual(daemon.told, ['firing rule 700'])
    daemon.until(2000, () => daemon.see('beat', 1))
    assert.deepEqual(daemon.told, ['firing rule 700', 'resolved rule 1610'])
  })

  it('of what was never seen is told as well', () => {
    const daemon = new Daemon('absent(beat) for 10m').until(4000)
    assert.deepEqual(daemon.told, ['firing rule 600'])
  })
})

describe('age', () => {
  it('is counted on from the point that tells the time, whatever the wall clock does', () => {
    const daemon = new Daemon('age(backup_last_success_timestamp_seconds) > 1h')
    const done = startMs / 1000
    daemon.until(3000, () => daemon.see('backup_last_success_timestamp_seconds', done))
    daemon.stepS = 7200
    daemon.until(3200)
    assert.deepEqual(daemon.told, [])
    daemon.stepS = 0
    daemon.until(4000, () => daemon.see('backup_last_success_timestamp_seconds', done))
    assert.deepEqual(daemon.told, ['firing rule 3610'])
  })
})

describe('two comparisons', () => {
  it('joined by and need both, of the same labels', () => {
    const daemon = new Daemon('errors > 5 and requests > 100')
    const of = (component: string) => ({ component })
    daemon.until(100, () => {
      daemon.see('errors', 6, of('a'))
      daemon.see('requests', 50, of('a'))
      daemon.see('errors', 6, of('b'))
      daemon.see('requests', 500, of('b'))
    })
    assert.deepEqual(
      daemon.changes.map(({ alert }) => alert.component),
      ['b'],
    )
  })

  it('joined by or need one, and end when both are clear', () => {
    const daemon = new Daemon('a > 5 or b > 5 keep 0s')
    daemon.until(50, (second) => {
      daemon.see('a', second === 20 ? 6 : 0)
      daemon.see('b', second === 30 ? 6 : 0)
    })
    assert.deepEqual(daemon.told, ['firing rule 20', 'resolved rule 40'])
  })
})

describe('an evaluator', () => {
  const rule = 'host_cpu_ratio > 80% for 5m'

  it('that takes over after a restart keeps what fires, and does not tell it again', () => {
    const daemon = new Daemon(rule).until(400, (_, one) => one.see('host_cpu_ratio', 0.81))
    const open = daemon.evaluator.open()
    daemon.evaluator = new Evaluator({ system: 'Shop', rules: daemon.rules, now: daemon.now })
    assert.deepEqual(daemon.evaluator.restore(open, daemon.now), [])
    daemon.until(800, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing rule 310'])
    daemon.until(1200, () => daemon.see('host_cpu_ratio', 0.5))
    assert.deepEqual(daemon.told, ['firing rule 310', 'resolved rule 1110'])
    assert.equal(new Set(daemon.changes.map(({ alert }) => alert.id)).size, 1)
  })

  it('that takes over and sees no data any more tells so, and keeps what fires', () => {
    const daemon = new Daemon(rule).until(400, (_, one) => one.see('host_cpu_ratio', 0.81))
    const open = daemon.evaluator.open()
    daemon.evaluator = new Evaluator({ system: 'Shop', rules: daemon.rules, now: daemon.now })
    daemon.evaluator.restore(open, daemon.now)
    daemon.until(400 + 26 * 3600)
    assert.equal(daemon.told.length, 2)
    assert.match(daemon.told[1] ?? '', /^firing no-data/)
    assert.equal(daemon.evaluator.open().length, 2)
  })

  it('that takes over with recorded points counts `for` on', () => {
    const daemon = new Daemon(rule)
    const points = Array.from({ length: 20 }, (_, index) => ({
      name: 'host_cpu_ratio',
      labels,
      at: startMs - 200_000 + index * 10_000,
      value: 0.81,
    }))
    daemon.evaluator.recall(points, daemon.now)
    daemon.until(400, () => daemon.see('host_cpu_ratio', 0.81))
    assert.deepEqual(daemon.told, ['firing rule 100'])
    assert.equal(daemon.changes[0]?.alert.startedAt.getTime(), startMs - 200_000)
  })

  it('ends the alerts of rules and components that are gone', () => {
    const daemon = new Daemon(rule).until(400, (_, one) => one.see('host_cpu_ratio', 0.81))
    daemon.keep(daemon.evaluator.setRules(daemon.rules, daemon.now))
    assert.deepEqual(daemon.told, ['firing rule 310'])
    daemon.keep(daemon.evaluator.setRules(alertRulesOf('host_cpu_ratio > 90% for 5m'), daemon.now))
    assert.deepEqual(daemon.told, ['firing rule 310', 'resolved rule 400'])
    daemon.until(1000, () => daemon.see('host_cpu_ratio', 0.95))
    daemon.keep(daemon.evaluator.forget(({ component }) => component === 'host', daemon.now))
    assert.deepEqual(daemon.told.slice(2), ['firing rule 710', 'resolved rule 1000'])
    daemon.until(5000)
    assert.deepEqual(daemon.evaluator.open(), [])
  })

  it('ends restored alerts that no rule asks for any more', () => {
    const daemon = new Daemon(rule).until(400, (_, one) => one.see('host_cpu_ratio', 0.81))
    const next = new Evaluator({ system: 'Shop', rules: [], now: daemon.now })
    assert.deepEqual(
      next.restore(daemon.evaluator.open(), daemon.now).map(({ kind }) => kind),
      ['resolved'],
    )
  })

  it('keeps what others noted about an alert', () => {
    const daemon = new Daemon(rule).until(400, (_, one) => one.see('host_cpu_ratio', 0.81))
    const [alert] = daemon.evaluator.open()
    daemon.evaluator.note(alert?.id ?? '', { acknowledgedBy: 'Ana', acknowledgedAt: new Date(startMs) })
    daemon.until(1000, () => daemon.see('host_cpu_ratio', 0.5))
    assert.equal(daemon.changes.at(-1)?.alert.acknowledgedBy, 'Ana')
  })

  it('that takes over with recorded points and an alert about missing data ends that one, and has no second', () => {
    const daemon = new Daemon(rule).until(400, (_, one) => one.see('host_cpu_ratio', 0.5))
    daemon.until(1000)
    assert.equal(daemon.told.length, 1)
    const open = daemon.evaluator.open()
    daemon.evaluator = new Evaluator({ system: 'Shop', rules: daemon.rules, now: daemon.now })
    const points = [{ name: 'host_cpu_ratio', labels, at: startMs + 400_000, value: 0.5 }]
    daemon.evaluator.recall(points, daemon.now)
    daemon.keep(daemon.evaluator.restore(open, daemon.now))
    daemon.until(1500)
    assert.equal(daemon.evaluator.open().length, 1)
    daemon.until(2000, () => daemon.see('host_cpu_ratio', 0.5))
    assert.deepEqual(daemon.told, ['firing no-data 710', 'resolved no-data 1810'])
    assert.deepEqual(daemon.evaluator.open(), [])
  })

  it('gives changes again that could not be kept, before those that came since', () => {
    const daemon = new Daemon(`${rule} keep 0s`).until(300, (_, one) => one.see('host_cpu_ratio', 0.81))
    daemon.second = 310
    daemon.see('host_cpu_ratio', 0.81)
    const lost = daemon.evaluator.evaluate(daemon.now)
    assert.deepEqual(
      lost.map(({ kind }) => kind),
      ['firing'],
    )
    daemon.evaluator.giveBack(lost)
    daemon.until(320, () => daemon.see('host_cpu_ratio', 0.5))
    assert.deepEqual(daemon.told, ['firing rule 320', 'resolved rule 320'])
  })

  it('bounds series and label sets, and says what was too many', () => {
    const rules = alertRulesOf('x > 5')
    const evaluator = new Evaluator({ system: 'Shop', rules, now: new Daemon().now, maxSeries: 10, maxLabelSets: 5 })
    const points = Array.from({ length: 50 }, (_, index) => ({
      name: 'x',
      labels: { path: `${index}` },
      at: startMs,
      value: 6,
    }))
    evaluator.observe(points, new Daemon().now)
    assert.equal(evaluator.evaluate(new Daemon().now).length, 5)
    assert.deepEqual(evaluator.overflow(), { droppedPoints: 40, rules: [{ rule: 'x > 5', labelSets: 5 }] })
  })

  it('takes no point that is not a number', () => {
    const daemon = new Daemon('x > 5')
    daemon.until(100, () => {
      daemon.see('x', Number.NaN)
      daemon.see('x', Number.POSITIVE_INFINITY)
    })
    assert.deepEqual(daemon.kinds, [])
  })
})

describe('a series that comes only with requests', () => {
  const rule = 'http_error_ratio{class="5xx"} > 1% and http_request_rate > 0.1'
  const of = { ...labels, component: 'api' }

  it('is not missing at night, while its source is looked at', () => {
    const daemon = new Daemon(rule)
    daemon.until(8 * 3600, (second) => {
      if (second < 600) daemon.see('http_error_ratio', 0, { ...of, class: '5xx' })
      daemon.see('http_request_rate', second < 600 ? 5 : 0, of)
    })
    assert.deepEqual(daemon.told, [])
    daemon.until(9 * 3600)
    assert.equal(daemon.told.length, 1)
    assert.equal(daemon.changes.at(-1)?.alert.key, 'no-data:http_request_rate{component="api"}')
  })

  it('does not mind that an endpoint is no longer among the busiest', () => {
    const daemon = new Daemon('http_request_seconds{quantile="0.95"} > 2s')
    daemon.until(8 * 3600, (second) => {
      daemon.see('http_request_rate', 1, of)
      if (second < 600) daemon.see('http_request_rate', 1, { ...of, endpoint: '/old' })
      if (second < 600) daemon.see('http_request_seconds', 1, { ...of, endpoint: '/old', quantile: '0.95' })
    })
    assert.deepEqual(daemon.told, [])
    daemon.until(9 * 3600)
    assert.equal(daemon.told.length, 1)
  })

  it('is compared with that of the same endpoint, or of the whole service', () => {
    const daemon = new Daemon(rule)
    daemon.until(20, () => {
      for (const [endpoint, rate] of [
        ['/a', 1],
        ['/b', 0.01],
      ] as const) {
        daemon.see('http_error_ratio', 0.5, { ...of, class: '5xx', endpoint })
        daemon.see('http_request_rate', rate, { ...of, endpoint })
      }
      daemon.see('http_error_ratio', 0.5, { ...of, class: '5xx' })
      daemon.see('http_request_rate', 1.01, of)
    })
    const fired = daemon.changes.map(({ alert }) => alert.labels['endpoint'] ?? 'whole')
    assert.deepEqual(fired.toSorted(), ['/a', 'whole'])
  })
})
