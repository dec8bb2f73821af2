import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ExposedSample, type ExpositionLimits, metricTypes } from './exposed.ts'
import { ExpositionError } from './exposition-error.ts'
import type { TextFormat } from './read-line.ts'
import { createTextParser } from './text-parser.ts'

function parse(text: string | Uint8Array, format: TextFormat = 'text', piece = 7): ExposedSample[] {
  const samples: ExposedSample[] = []
  const parser = createTextParser(format, { sample: (one) => samples.push(one) })
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.length; at += piece) parser.push(bytes.subarray(at, at + piece))
  parser.end()
  return samples
}

const short = (samples: readonly ExposedSample[]): unknown =>
  samples.map(({ family, name, labels, value }) => [family.name, family.type, name, labels, value])

describe('a text exposition', () => {
  test('of prom-client is read with its types, escapes and infinities', () => {
    const text = String.raw`# HELP http_requests_total How many\nrequests \\ came
# TYPE http_requests_total counter
http_requests_total{method="GET",route="/users/:id",status="200"} 1027 1395066363000
http_requests_total { method = "PO\"ST" , route="C:\\a\nb\d", } 3

# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.1"} 2.4e1
http_request_duration_seconds_bucket{le="+Inf"} 25
http_request_duration_seconds_sum 1.5
http_request_duration_seconds_count 25
# a comment
queue_depth NaN
lowest -Inf
highest +inf`
    const samples = parse(text)
    assert.deepEqual(short(samples), [
      [
        ...['http_requests_total', 'counter', 'http_requests_total'],
        { method: 'GET', route: '/users/:id', status: '200' },
        1027,
      ],
      ['http_requests_total', 'counter', 'http_requests_total', { method: 'PO"ST', route: 'C:\\a\nb\\d' }, 3],
      ...[
        ['_bucket', { le: '0.1' }, 24],
        ['_bucket', { le: '+Inf' }, 25],
        ['_sum', {}, 1.5],
        ['_count', {}, 25],
      ].map(([ending, labels, value]) => [
        ...['http_request_duration_seconds', 'histogram', `http_request_duration_seconds${ending}`],
        ...[labels, value],
      ]),
      ['queue_depth', 'unknown', 'queue_depth', {}, Number.NaN],
      ['lowest', 'unknown', 'lowest', {}, Number.NEGATIVE_INFINITY],
      ['highest', 'unknown', 'highest', {}, Number.POSITIVE_INFINITY],
    ])
    assert.equal(samples[0]?.timestampMs, 1395066363000)
    assert.equal(samples[0]?.family.help, 'How many\nrequests \\ came')
  })

  test('of OpenMetrics has units, exemplars and times in seconds', () => {
    const text = `# TYPE foo_seconds histogram
# UNIT foo_seconds seconds
foo_seconds_bucket{le="1"} 11 1520879607.789 # {trace_id="K#}x"} 0.67 1520879606.5
foo_seconds_created 1520430000.123
# TYPE bar counter
bar_total 17
# EOF
`
    const [first, second, third] = parse(text, 'openmetrics')
    assert.equal(first?.family.unit, 'seconds')
    assert.deepEqual(first?.exemplar, { labels: { trace_id: 'K#}x' }, value: 0.67, timestampMs: 1520879606500 })
    assert.equal(first?.timestampMs, 1520879607789)
    assert.equal(second?.family.name, 'foo_seconds')
    assert.deepEqual([third?.family.name, third?.family.type], ['bar', 'counter'])
  })

  const refused: readonly (readonly [what: string, text: string, where: string, format?: TextFormat])[] = [
    ['a web page', '<!DOCTYPE html>', 'name at 1:1'],
    ['a name that begins with a digit', 'a 1\n  2b 1', 'name at 2:3'],
    ['labels without an end', 'a{b="c" 1', 'label at 1:9'],
    ['a label without quotes', 'a{b=c} 1', 'label at 1:5'],
    ['a label without its closing quote', 'a{b="c} 1', 'label at 1:10'],
    ['a label twice', 'a{b="1",b="2"} 1', 'label-twice at 1:9'],
    ['no value', 'ok 1\nup', 'value at 2:3'],
    ['a value that is none', 'up 0x', 'value at 1:4'],
    ['a time that is none', 'up 1 now', 'timestamp at 1:6'],
    ['more than a line has', 'up 1 2 3', 'rest at 1:8'],
    ['an exemplar where there are none', 'up 1 # {} 1', 'rest at 1:6'],
    ['a type that there is not', '# TYPE up gage', 'type at 1:11'],
    ['bytes that are no text', 'up 1\nab\u0000', 'value at 2:3'],
    ['an OpenMetrics text that was cut', 'up 1\n', 'no-end at 2:1', 'openmetrics'],
    ['something after the end', '# EOF\nup 1', 'after-end at 2:1', 'openmetrics'],
    ['an exemplar without labels', 'up 1 # 2\n# EOF', 'exemplar at 1:8', 'openmetrics'],
  ]
  for (const [what, text, where, format] of refused) {
    test(`with ${what} is refused at its line and column`, () => {
      for (const piece of [1, 5, 1000]) {
        assert.throws(
          () => parse(text, format, piece),
          (error: unknown) => error instanceof ExpositionError && error.message === where,
        )
      }
    })
  }

  test('that is not UTF-8 is refused at its line', () => {
    const bytes = Buffer.concat([Buffer.from('up 1\nup{a="'), Buffer.from([0xff, 0xfe]), Buffer.from('"} 1')])
    assert.throws(() => parse(bytes, 'text', 1000), { problem: 'not-utf8', line: 2, column: 7 })
    assert.throws(() => parse(bytes, 'text', 1), { problem: 'not-utf8', line: 2 })
  })
})

const anyLabels = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/), fc.string({ unit: 'binary' })), {
    selector: ([name]) => name,
    maxLength: 4,
  })
  .map((pairs) => pairs.map(([name, value]) => [name, value.toWellFormed()] as const))
const anyValue = fc.double()
const anyFamily = fc.record({
  name: fc.stringMatching(/^[A-Za-z_:][A-Za-z0-9_:]{0,12}x$/),
  type: fc.constantFrom(...metricTypes),
  help: fc.string({ unit: 'binary' }).map((text) =>
    text
      .toWellFormed()
      .trim()
      .replace(/[\r\n]/g, ''),
  ),
  samples: fc.array(fc.record({ labels: anyLabels, value: anyValue, at: fc.option(fc.integer()) }), { maxLength: 5 }),
})

function printed(families: readonly (typeof anyFamily extends fc.Arbitrary<infer F> ? F : never)[]): string {
  const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  const number = (value: number): string =>
    Number.isNaN(value)
      ? 'NaN'
      : Object.is(value, -0)
        ? '-0'
        : Number.isFinite(value)
          ? String(value)
          : value > 0
            ? '+Inf'
            : '-Inf'
  return families
    .map(({ name, type, help, samples }) =>
      [
        `# HELP ${name} ${help.replaceAll('\\', '\\\\')}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ labels, value, at }) => {
          const pairs = labels.map(([key, text]) => `${key}="${escaped(text)}"`).join(',')
          return `${name}${pairs === '' ? '' : `{${pairs}}`} ${number(value)}${at === null ? '' : ` ${at}`}`
        }),
        '',
      ].join('\n'),
    )
    .join('')
}

describe('whatever is exposed', () => {
  test('comes back as it was printed, in pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(anyFamily, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (families, piece) => {
        const text = printed(families)
        const expected = families.flatMap(({ name, samples }) =>
          samples.map(({ labels, value, at }) => [name, labels, value, at ?? undefined]),
        )
        const got = parse(text, 'text', piece)
        assert.deepEqual(
          got.map(({ family, labels, value, timestampMs }) => [
            ...[family.name, Object.entries(labels), value, timestampMs],
          ]),
          expected,
        )
      }),
    )
  })

  test('is read or refused with a place, never anything else', () => {
    const words = [
      'a',
      '{',
      '}',
      '"',
      '\\',
      '=',
      ',',
      '#',
      ' ',
      '\n',
      '1',
      'NaN',
      '# TYPE ',
      '# EOF',
      'é',
      '\t',
      '\u0000',
    ]
    const nonsense = fc.oneof(
      fc.array(fc.constantFrom(...words)).map((all) => Buffer.from(all.join(''))),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    )
    fc.assert(
      fc.property(nonsense, fc.constantFrom<TextFormat>('text', 'openmetrics'), (bytes, format) => {
        try {
          parse(bytes, format, 11)
        } catch (error) {
          assert.ok(error instanceof ExpositionError, String(error))
          assert.ok(error.line >= 1 && error.column >= 1)
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('holds no more than a line, whatever its size, and ends at its limit', () => {
    const limits: ExpositionLimits = { maxBytes: 50_000_000, maxUnit: 100_000 }
    const megabyte = Buffer.alloc(1_000_000, 'x')
    const endless = createTextParser('text', { sample: () => undefined }, limits)
    assert.throws(
      () => {
        for (let count = 0; count < 50; count++) endless.push(megabyte)
      },
      { problem: 'line-too-long', line: 1 },
    )
    let samples = 0
    const lines = Buffer.from('http_requests_total{route="/some/path",status="200"} 12345\n'.repeat(1000))
    const many = createTextParser('text', { sample: () => samples++ }, limits)
    assert.throws(
      () => {
        for (;;) many.push(lines)
      },
      { problem: 'too-long' },
    )
    assert.equal(samples, Math.floor(50_000_000 / lines.length) * 1000)
  })
})
