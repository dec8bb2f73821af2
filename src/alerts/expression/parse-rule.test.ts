import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { problemMessages } from '../../config/problem.ts'
import { createFormatter } from '../../core/formatter.ts'
import { createRenderer, type Locale, messageMap } from '../../core/message.ts'
import { severities } from '../../core/words.ts'
import { type Comparison, operators, type Quantity, type Rule, type Selector, windowFunctions } from './ast.ts'
import { expressionMessages } from './messages.ts'
import { parseRule } from './parse-rule.ts'
import { printRule } from './print-rule.ts'
import { RuleError } from './rule-error.ts'
import { baseValue, familyOf, familyUnits } from './units.ts'

const canonical = [
  'host_cpu_ratio > 80% for 5m as critical',
  'http_latency_seconds{component="api",quantile="0.95"} > 400ms',
  'slope(rabbitmq_queue_messages{queue="jobs"}, 10m) > 0 for 15m',
  'slope(rabbitmq_queue_messages, 10m) > 0 and rabbitmq_queue_messages > 100 for 15m keep 0s',
  'increase(http_requests_total, 5m) == 0 or rate(http_requests_total, 5m) < 0.1',
  'ratio(http_errors_total, http_requests_total, 5m) > 1% min 50 samples',
  'ratio(http_requests_total{status="5*"}, http_requests_total, 5m, by=endpoint) >= 1% min 50 samples for 1h30m',
  'absent(heartbeat_seconds{name!="night"}) for 10m',
  'age(backup_last_success_timestamp_seconds) > 26h as high',
  'certificate_days_left < 14d',
  'burn(slo=99.9%, bad=http_errors_total, total=http_requests_total)',
  'burn(slo=99.9%, bad=http_errors_total, total=http_requests_total, by=endpoint) as critical',
  'host_cpu_ratio > 80% clear at 75% for 5m keep 10m as medium',
  'max(host_disk_free_bytes{mount="/srv \\"x\\""}, 1h) <= 5GB',
  'temperature != -5',
]

/** Rules in other words, and the canonical ones. */
const others: readonly (readonly [string, string])[] = [
  ['  host_cpu_ratio>80 %for 5 m', 'host_cpu_ratio > 80% for 5m'],
  ['host_cpu_ratio > 0.8 as high keep 90s for 60s', 'host_cpu_ratio > 0.8 for 1m keep 1m30s as high'],
  ['host_cpu_ratio > 80\u00a0% for 5m clear at 75%', 'host_cpu_ratio > 80% clear at 75% for 5m'],
  ['age(x_seconds) > 1h30m', 'age(x_seconds) > 5400s'],
  ['burn(total=b, bad=a, slo=99%)', 'burn(slo=99%, bad=a, total=b)'],
  ['avg(x{ a = "1" , b != "2" },5m) > 5', 'avg(x{a="1",b!="2"}, 5m) > 5'],
  ['for > 5 for 5m', 'for > 5 for 5m'],
  ['x > 1 for 0', 'x > 1'],
]

interface Wrong {
  readonly rule: string
  /** Where the mark stands, from 0. */
  readonly at: number
  readonly says: RegExp
}

const wrong: readonly Wrong[] = [
  { rule: '', at: 0, says: /expected a series name.*but the rule ends here/ },
  { rule: 'host_cpu_ratio', at: 14, says: /expected a comparison: > >= < <= == !=, but the rule ends/ },
  { rule: 'host_cpu_ratio = 80%', at: 15, says: /expected a comparison.*not "="/ },
  { rule: 'host_cpu_ratio > high', at: 17, says: /expected a number such as 80%/ },
  { rule: 'host_cpu_ratio > 80', at: 17, says: /this is a ratio, where 1 is all: write 80%/ },
  { rule: 'host_cpu_ratio > 80MB', at: 19, says: /MB does not fit: this is a ratio/ },
  { rule: 'certificate_days_left < 14GB', at: 26, says: /this is days/ },
  { rule: 'host_cpu_ratio > 80% fo 5m', at: 21, says: /expected for, keep.*did you mean "for"\?/s },
  { rule: 'host_cpu_ratio > 80% for 5', at: 25, says: /expected a duration/ },
  { rule: 'host_cpu_ratio > 80% for 5x', at: 26, says: /"x" is no unit/ },
  { rule: 'x > 5 for 90d', at: 10, says: /between 1s and 31d/ },
  { rule: 'host_cpu_ratio > 80% for 5m for 6m', at: 28, says: /for stands here for the second time/ },
  { rule: 'host_cpu_ratio > 80% as critcal', at: 24, says: /no severity critcal.*did you mean "critical"/s },
  { rule: 'host_cpu_ratio > 80% as', at: 23, says: /expected low, medium, high or critical/ },
  { rule: 'avrg(x, 5m) > 1', at: 0, says: /no function avrg.*did you mean "avg"/s },
  { rule: 'avg(x) > 1', at: 5, says: /expected a comma/ },
  { rule: 'avg(x, 5m > 1', at: 10, says: /expected \)/ },
  { rule: 'x{a} > 1', at: 3, says: /expected = or !=/ },
  { rule: 'x{a=1} > 1', at: 4, says: /expected a text in quotes/ },
  { rule: 'x{a="1" b="2"} > 1', at: 8, says: /expected , or }/ },
  { rule: 'x{a="1} > 1', at: 4, says: /no closing quote/ },
  { rule: 'x{a="\\q"} > 1', at: 4, says: /a \\ that stands before nothing known/ },
  { rule: 'x > 1 € 2', at: 6, says: /no rule has the character "€"/ },
  { rule: 'x > 5 min 50 samples', at: 6, says: /min goes with a function over a window/ },
  { rule: 'avg(x, 5m) > 5 min 0 samples', at: 19, says: /whole number of samples/ },
  { rule: 'avg(x, 5m) > 5 min 5', at: 20, says: /expected samples/ },
  { rule: 'x > 5 clear at 6', at: 15, says: /good side of the limit/ },
  { rule: 'x < 5 clear at 4', at: 15, says: /good side of the limit/ },
  { rule: 'x == 5 clear at 4', at: 16, says: /clear at goes with > >= < <= only/ },
  { rule: 'x > 5 clear 4', at: 12, says: /expected at: clear at 75%/ },
  { rule: 'burn(slo=99.9%, bad=a)', at: 5, says: /expected slo=99.9%, bad=SERIES, total=SERIES/ },
  { rule: 'burn(slo=100%, bad=a, total=b)', at: 9, says: /an SLO lies above 0% and below 100%/ },
  { rule: 'burn(slow=99%, bad=a, total=b)', at: 5, says: /expected slo=99.9%/ },
  { rule: 'absent(x) > 5', at: 10, says: /expected for, keep/ },
  { rule: 'x > 1 for 5m and y > 2', at: 13, says: /expected the end of the rule, not "and"/ },
  { rule: 'x > 1 and y > 2 and z > 3', at: 16, says: /expected the end of the rule/ },
  { rule: 'x > 1 and absent(y)', at: 10, says: /expected a series name.*not "absent"/ },
  { rule: 'x > 1e400', at: 4, says: /too large a number/ },
  { rule: 'x'.repeat(1001), at: 1000, says: /at most 1000 characters/ },
]

const said = (error: RuleError, locale: Locale): string => {
  const renderer = createRenderer(messageMap([...expressionMessages, ...problemMessages]), createFormatter(locale))
  return [error.text, ...(error.hint ? [error.hint] : [])].map((text) => renderer.render(text)).join('\n')
}

const errorOf = (rule: string): RuleError => {
  try {
    parseRule(rule)
  } catch (error) {
    if (error instanceof RuleError) return error
    throw error
  }
  return assert.fail(`no error in ${rule}`)
}

describe('a rule', () => {
  for (const rule of canonical) {
    it(`${rule} is printed as it is written`, () => assert.equal(printRule(parseRule(rule)), rule))
  }
  for (const [rule, text] of others) {
    it(`${rule} is printed as ${text}`, () => assert.equal(printRule(parseRule(rule)), text))
  }

  it('is plain data: it survives JSON', () => {
    for (const rule of canonical) {
      const ast = parseRule(rule)
      assert.deepEqual(JSON.parse(JSON.stringify(ast)), ast)
    }
  })

  for (const { rule, at, says } of wrong) {
    it(`${rule.slice(0, 40) || 'that is empty'} is refused at character ${at}, in both languages`, () => {
      const error = errorOf(rule)
      assert.match(said(error, 'en'), says)
      assert.equal(error.at, at)
      for (const locale of ['en', 'fr'] as const) {
        const [, line = '', mark = ''] = said(error, locale).split('\n')
        const pointed = [...line][[...mark].indexOf('^')]
        assert.equal(pointed, rule[at], `the mark stands under the character: ${line}`)
        assert.ok(!said(error, locale).includes('undefined'))
      }
    })
  }
})

const quantity = (units: readonly Quantity['unit'][]): fc.Arbitrary<Quantity> =>
  fc.record({
    amount: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: 1e-9, max: 9, noNaN: true })),
    unit: fc.constantFrom(...units),
  })
const nameOf = fc.stringMatching(/^[A-Za-z_:][A-Za-z0-9_:]{0,9}$/)
const selector: fc.Arbitrary<Selector> = fc.record({
  name: fc.oneof(
    nameOf,
    fc.constantFrom('host_cpu_ratio', 'a_seconds', 'b_bytes_total', 'days_left', 'for', 'and', 'avg'),
  ),
  labels: fc.array(
    fc.record({
      label: nameOf,
      operator: fc.constantFrom('=' as const, '!=' as const),
      value: fc.string({ unit: 'binary' }),
    }),
    { maxLength: 3 },
  ),
})
const windowMs = fc.integer({ min: 1000, max: 31 * 86_400_000 })
const by = fc.option(nameOf, { nil: undefined }).map((label) => (label === undefined ? {} : { by: label }))
const value: fc.Arbitrary<Comparison['value']> = fc.oneof(
  fc.record({ type: fc.constant('series' as const), selector }),
  fc.record({ type: fc.constant('age' as const), selector }),
  fc.record({
    type: fc.constant('window' as const),
    function: fc.constantFrom(...windowFunctions),
    selector,
    windowMs,
  }),
  fc
    .tuple(fc.record({ type: fc.constant('ratio' as const), part: selector, whole: selector, windowMs }), by)
    .map(([ratio, label]) => ({ ...ratio, ...label })),
)
const comparison: fc.Arbitrary<Comparison> = value.chain((of) => {
  const family = familyOf(of)
  const isOverWindow = of.type === 'window' || of.type === 'ratio'
  return fc
    .record({
      limit: quantity(familyUnits[family]),
      operator: fc.constantFrom(...operators),
      clearBy: fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: undefined }),
      minSamples: isOverWindow
        ? fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined })
        : fc.constant(undefined),
    })
    .map(({ limit, operator, clearBy, minSamples }): Comparison => {
      const side = operator.startsWith('>') ? -1 : operator.startsWith('<') ? 1 : 0
      const amount = limit.amount + side * (clearBy ?? 0)
      const isClear = clearBy !== undefined && side !== 0 && Math.abs(amount) < 10
      const clearAt = isClear && (baseValue({ ...limit, amount }, family) - baseValue(limit, family)) * -side <= 0
      return {
        type: 'comparison',
        value: of,
        operator,
        limit,
        ...(clearAt && { clearAt: { amount, unit: limit.unit } }),
        ...(minSamples !== undefined && { minSamples }),
      }
    })
})
const burn = fc
  .tuple(
    fc.record({
      type: fc.constant('burn' as const),
      slo: fc.record({ amount: fc.double({ min: 1, max: 99.999, noNaN: true }), unit: fc.constant('%' as const) }),
      bad: selector,
      total: selector,
    }),
    by,
  )
  .map(([rule, label]) => ({ ...rule, ...label }))
const condition: fc.Arbitrary<Rule['condition']> = fc.oneof(
  { weight: 4, arbitrary: comparison },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('and', 'or'), left: comparison, right: comparison }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('absent' as const), selector }) },
  { weight: 1, arbitrary: burn },
)
const rule: fc.Arbitrary<Rule> = fc.record(
  {
    condition,
    forMs: fc.oneof(fc.constant(0), windowMs),
    keepMs: fc.oneof(fc.constant(0), windowMs),
    severity: fc.constantFrom(...severities),
  },
  { requiredKeys: ['condition', 'forMs'] },
)

describe('the language', () => {
  it('reads what it printed as the same rule, whatever the rule', () => {
    const plain = (one: Rule): unknown => JSON.parse(JSON.stringify(one))
    fc.assert(
      fc.property(rule, (one) => {
        const text = printRule(one)
        // Characters of labels have no limit of their own.
        fc.pre(text.length <= 1000)
        assert.deepEqual(plain(parseRule(text)), plain(one))
      }),
      { numRuns: 2000 },
    )
  })

  it('throws nothing but its own error, with a place in the text, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...[
        'x',
        'avg',
        'ratio',
        'burn',
        'absent',
        'slo',
        'by',
        '(',
        ')',
        '{',
        '}',
        ',',
        '=',
        '>',
        '>=',
        '!=',
        '"',
        '"a"',
        '5',
      ],
      ...[
        '80%',
        '5m',
        '1h30m',
        '1e9',
        '-',
        ' ',
        ' for ',
        ' keep ',
        ' as ',
        ' clear ',
        ' at ',
        ' min ',
        ' and ',
        'samples',
        '\n',
      ],
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, (source) => {
        try {
          assert.equal(printRule(parseRule(printRule(parseRule(source)))), printRule(parseRule(source)))
        } catch (error) {
          if (!(error instanceof RuleError)) throw error
          assert.ok(error.at >= 0 && error.at <= source.length)
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('takes no long time for long and nasty texts', { timeout: 5000 }, () => {
    for (const nasty of ['(', '"\\', '1h', 'x{', '-', 'a=', '%', '\\"', ' ', '9', 'é']) {
      for (const length of [1000, 1_000_000]) {
        const source = nasty.repeat(length / nasty.length)
        assert.throws(() => parseRule(source), RuleError)
        assert.throws(() => parseRule(`x > 1 ${source}`), RuleError)
      }
    }
  })
})
