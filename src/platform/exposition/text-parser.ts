import {
  defaultLimits,
  type ExpositionLimits,
  type ExpositionParser,
  type ExpositionSink,
  type MetricFamily,
  type MetricType,
  metricTypes,
} from './exposed.ts'
import { ExpositionError, type ExpositionProblem } from './exposition-error.ts'
import { LineError, readSampleLine, type TextFormat, unescaped } from './read-line.ts'

/** What the samples of a family may add to its name. Sources: OpenMetrics 1.0 "Suffixes", Prometheus text format 0.0.4. */
const endings: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['', '_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created', ''],
  gaugehistogram: ['_bucket', '_gsum', '_gcount', ''],
  summary: ['', '_sum', '_count', '_created'],
  stateset: [''],
  info: ['_info', ''],
  unknown: [''],
}

/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0 line by line; it never holds more than one line. In OpenMetrics
 * a text that does not end in `# EOF` was cut, and is an error.
 */
export function createTextParser(
  format: TextFormat,
  sink: ExpositionSink,
  limits: ExpositionLimits = defaultLimits,
): ExpositionParser {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let [rest, line, bytes, hasEnded] = ['', 1, 0, false]
  let family: MetricFamily | undefined
  const fail = (problem: ExpositionProblem, column = 1): never => {
    throw new ExpositionError(problem, line, column)
  }

  const readLine = (text: string): void => {
    const trimmed = text.endsWith('\r') ? text.slice(0, -1) : text
    if (hasEnded && trimmed !== '') fail('after-end')
    const first = trimmed.trimStart()
    if (first === '') return
    if (first.startsWith('#')) {
      if (format === 'openmetrics' && trimmed === '# EOF') hasEnded = true
      else family = readComment(trimmed, family)
      return
    }
    const sample = readSampleLine(trimmed, format)
    const own = family !== undefined && belongs(sample.name, family) ? family : undefined
    sink.sample({ family: own ?? unknownFamily(sample.name), ...sample })
  }
  const read = (text: string): void => {
    try {
      readLine(text)
    } catch (error) {
      if (error instanceof LineError) fail(error.problem, error.at + 1)
      throw error
    }
    line++
  }
  const decode = (piece?: Uint8Array): string => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
    } catch {
      const before = rest + new TextDecoder().decode(piece).split('\ufffd', 1)[0]
      line += before.split('\n').length - 1
      return fail('not-utf8', before.length - before.lastIndexOf('\n'))
    }
  }
  const take = (text: string): void => {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const own = text.slice(start, end)
      read(start === 0 ? rest + own : own)
      if (start === 0) rest = ''
      start = end + 1
    }
    rest += start === 0 ? text : text.slice(start)
    if (rest.length > limits.maxUnit) fail('line-too-long', limits.maxUnit)
  }
  return {
    push: (piece) => {
      bytes += piece.length
      if (bytes > limits.maxBytes) fail('too-long')
      take(decode(piece))
    },
    end: () => {
      take(decode())
      if (rest !== '') read(rest)
      rest = ''
      if (format === 'openmetrics' && !hasEnded) fail('no-end')
    },
  }
}

const comment = /^[ \t]*#[ \t]+(HELP|TYPE|UNIT)[ \t]+([A-Za-z_:][A-Za-z0-9_:]*)(?:[ \t]+(.*))?$/

/** The family that a line of `# HELP`, `# TYPE` or `# UNIT` speaks of; any other comment says nothing. */
function readComment(text: string, current: MetricFamily | undefined): MetricFamily | undefined {
  const found = comment.exec(text)
  if (found === null) return current
  const [, word = '', name = '', said = ''] = found
  const family = current?.name === name ? current : unknownFamily(name)
  if (word === 'HELP') return { ...family, help: unescaped(said) }
  if (word === 'UNIT') return { ...family, unit: said.trim() || undefined }
  const type = said.trim().toLowerCase()
  const known = type === 'untyped' ? 'unknown' : metricTypes.find((one) => one === type)
  if (known === undefined) throw new LineError('type', text.length - said.length)
  return { ...family, type: known }
}

function unknownFamily(name: string): MetricFamily {
  return { name, type: 'unknown', help: undefined, unit: undefined }
}

function belongs(name: string, family: MetricFamily): boolean {
  if (!name.startsWith(family.name)) return false
  return endings[family.type].includes(name.slice(family.name.length))
}
