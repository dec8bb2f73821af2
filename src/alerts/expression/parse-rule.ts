import { nearestNames } from '../../config/problem.ts'
import { type Severity, severities } from '../../core/words.ts'
import { type Absent, type Burn, type Comparison, type Operator, operators, type Rule, type Value } from './ast.ts'
import { readDuration, readQuantity } from './read-quantity.ts'
import { readValue } from './read-value.ts'
import { createReader, type Reader } from './reader.ts'
import { baseValue, familyOf } from './units.ts'

/**
 * Reads one rule:
 *
 *     host_cpu_ratio > 80% for 5m as critical
 *     http_latency_seconds{component="api",quantile="0.95"} > 400ms for 5m
 *     ratio(http_requests_total{status="5*"}, http_requests_total, 5m, by=endpoint) > 1% min 50 samples
 *     slope(rabbitmq_queue_messages{queue="jobs"}, 10m) > 0 and rabbitmq_queue_messages > 100 for 15m
 *     absent(backup_last_success_timestamp_seconds) for 1h
 *     burn(slo=99.9%, bad=http_errors_total, total=http_requests_total)
 *
 * After a comparison stand `clear at LIMIT` and `min N samples`, after the condition `for`, `keep` and `as`, in any order.
 * Throws `RuleError`, and nothing else, whatever the text.
 */
export function parseRule(source: string): Rule {
  const reader = createReader(source)
  const left = readCondition(reader)
  const [clauses, clearLeft] = readClauses(reader, left)
  const word = reader.next.text
  const hasClauses = Object.keys(clauses).length > 0
  if (clearLeft.type !== 'comparison' || hasClauses || (word !== 'and' && word !== 'or')) {
    if (reader.next.type !== 'end') return reader.failExpected(hasClauses ? 'end' : 'clause', hintOf(word))
    return ruleOf(clearLeft, clauses)
  }
  reader.take()
  const { at } = reader.next
  const right = readCondition(reader)
  if (right.type !== 'comparison') return reader.fail({ type: 'expected', expected: 'series', found: right.type }, at)
  const [more, clearRight] = readClauses(reader, right)
  if (reader.next.type !== 'end') return reader.failExpected('end', hintOf(reader.next.text))
  return ruleOf({ type: word, left: clearLeft, right: clearRight }, more)
}

interface Clauses {
  forMs?: number
  keepMs?: number
  severity?: Severity
}

function ruleOf(condition: Rule['condition'], { forMs = 0, ...others }: Clauses): Rule {
  return { condition, forMs, ...others }
}

function readCondition(reader: Reader): Comparison | Absent | Burn {
  const value = readValue(reader)
  if (value.type === 'absent' || value.type === 'burn') return value
  const operator = operators.find((one) => one === reader.next.text)
  if (operator === undefined) return reader.failExpected('comparison')
  reader.take()
  return { type: 'comparison', value, operator, limit: readQuantity(reader, familyOf(value)) }
}

/** What stands after a condition: of the condition itself, which is given back with it, and of the rule. */
function readClauses(reader: Reader, bare: Comparison): [Clauses, Comparison]
function readClauses(reader: Reader, bare: Comparison | Absent | Burn): [Clauses, Comparison | Absent | Burn]
function readClauses(reader: Reader, bare: Comparison | Absent | Burn): [Clauses, Comparison | Absent | Burn] {
  const clauses: Clauses = {}
  let condition = bare
  for (;;) {
    const { text, at } = reader.next
    const once = (isThere: boolean): void => {
      if (isThere) reader.fail({ type: 'twice', found: text }, at)
      reader.take()
    }
    if (text === 'for') {
      once(clauses.forMs !== undefined)
      clauses.forMs = readDuration(reader, { from: 0 })
    } else if (text === 'keep') {
      once(clauses.keepMs !== undefined)
      clauses.keepMs = readDuration(reader, { from: 0 })
    } else if (text === 'as') {
      once(clauses.severity !== undefined)
      clauses.severity = readSeverity(reader)
    } else if (text === 'clear' && condition.type === 'comparison') {
      once(condition.clearAt !== undefined)
      condition = readClear(reader, condition)
    } else if (text === 'min' && condition.type === 'comparison') {
      once(condition.minSamples !== undefined)
      condition = readMinimum(reader, condition, at)
    } else return [clauses, condition]
  }
}

function readSeverity(reader: Reader): Severity {
  const word = reader.next
  if (word.type !== 'name') return reader.failExpected('severity')
  const severity = severities.find((one) => one === word.text)
  if (severity === undefined) {
    return reader.fail({ type: 'unknown-severity', found: word.text, hint: nearestNames(word.text, severities) })
  }
  reader.take()
  return severity
}

function readClear(reader: Reader, comparison: Comparison): Comparison {
  const { operator, limit, value } = comparison
  const family = familyOf(value)
  reader.need('at', 'at')
  const { at } = reader.next
  const clearAt = readQuantity(reader, family)
  const side = sideOf(operator)
  if (side === 0) return reader.fail({ type: 'clear-equal' }, at)
  const isBeyond = (baseValue(clearAt, family) - baseValue(limit, family)) * side > 0
  return isBeyond ? reader.fail({ type: 'clear-side' }, at) : { ...comparison, clearAt }
}

function sideOf(operator: Operator): -1 | 0 | 1 {
  if (operator === '>' || operator === '>=') return 1
  return operator === '<' || operator === '<=' ? -1 : 0
}

function readMinimum(reader: Reader, comparison: Comparison, at: number): Comparison {
  if (!isOverWindow(comparison.value)) return reader.fail({ type: 'no-samples' }, at)
  const count = reader.next
  const isCount = count.type === 'number' && count.unit === '' && Number.isSafeInteger(count.amount) && count.amount > 0
  if (!isCount) return reader.failExpected('count')
  reader.take()
  reader.need('samples', 'samples')
  return { ...comparison, minSamples: count.amount }
}

function isOverWindow({ type }: Value): boolean {
  return type === 'window' || type === 'ratio'
}

function hintOf(word: string) {
  return word === '' ? undefined : nearestNames(word, ['for', 'keep', 'as', 'clear', 'min', 'and', 'or'])
}
