import { nearestNames } from '../../config/problem.ts'
import {
  type Absent,
  type Burn,
  type LabelMatch,
  type Quantity,
  type Selector,
  type Value,
  type WindowFunction,
  windowFunctions,
} from './ast.ts'
import { readDuration, readQuantity } from './read-quantity.ts'
import type { Reader } from './reader.ts'
import { baseValue } from './units.ts'

const functionNames: readonly string[] = [...windowFunctions, 'age', 'ratio', 'absent', 'burn']

/** A series, a function on one, or a condition that needs no comparison. */
export function readValue(reader: Reader): Value | Absent | Burn {
  const { next, afterNext } = reader
  if (next.type !== 'name') return reader.failExpected('condition')
  if (afterNext.text !== '(') return { type: 'series', selector: readSelector(reader) }
  if (!functionNames.includes(next.text)) {
    return reader.fail({ type: 'unknown-function', found: next.text, hint: nearestNames(next.text, functionNames) })
  }
  reader.take()
  reader.take()
  const value = readArguments(reader, next.text)
  reader.need(')', 'close')
  return value
}

function readArguments(reader: Reader, name: string): Value | Absent | Burn {
  if (isWindowFunction(name)) {
    const selector = readSelector(reader)
    reader.need(',', 'comma')
    return { type: 'window', function: name, selector, windowMs: readDuration(reader) }
  }
  if (name === 'burn') return readBurn(reader)
  const selector = readSelector(reader)
  if (name !== 'ratio') return { type: name === 'age' ? 'age' : 'absent', selector }
  reader.need(',', 'comma')
  const whole = readSelector(reader)
  reader.need(',', 'comma')
  const windowMs = readDuration(reader)
  const by = reader.takeIf(',') ? readBy(reader) : undefined
  return { type: 'ratio', part: selector, whole, windowMs, ...(by !== undefined && { by }) }
}

function readBy(reader: Reader): string {
  reader.need('by', 'by')
  reader.need('=', 'equals')
  return reader.needName('label').text
}

/** Named arguments in any order. */
function readBurn(reader: Reader): Burn {
  const { at } = reader.next
  const seen = new Map<string, Quantity | Selector | string>()
  do {
    const name = reader.needName('burn-arguments')
    const { text } = name
    if (!['slo', 'bad', 'total', 'by'].includes(text)) {
      return reader.fail({ type: 'expected', expected: 'burn-arguments', found: text }, name.at)
    }
    if (seen.has(text)) return reader.fail({ type: 'twice', found: text }, name.at)
    reader.need('=', 'equals')
    if (text === 'slo') seen.set(text, readSlo(reader))
    else seen.set(text, text === 'by' ? reader.needName('label').text : readSelector(reader))
  } while (reader.takeIf(','))
  const [slo, bad, total, by] = [seen.get('slo'), seen.get('bad'), seen.get('total'), seen.get('by')]
  if (!isQuantity(slo) || !isSelector(bad) || !isSelector(total)) {
    return reader.fail({ type: 'expected', expected: 'burn-arguments', found: ')' }, at)
  }
  return { type: 'burn', slo, bad, total, ...(typeof by === 'string' && { by }) }
}

function readSlo(reader: Reader): Quantity {
  const { at } = reader.next
  const slo = readQuantity(reader, 'ratio')
  const ratio = baseValue(slo, 'ratio')
  return ratio > 0 && ratio < 1 ? slo : reader.fail({ type: 'slo-range' }, at)
}

function readSelector(reader: Reader): Selector {
  const name = reader.needName('series').text
  const labels: LabelMatch[] = []
  if (!reader.takeIf('{')) return { name, labels }
  while (!reader.takeIf('}')) {
    if (labels.length > 0) reader.need(',', 'label-end')
    const label = reader.needName('label').text
    const operator = reader.takeIf('!=') ? '!=' : '='
    if (operator === '=') reader.need('=', 'label-operator')
    const value = reader.next
    if (value.type !== 'string') return reader.failExpected('label-value')
    reader.take()
    labels.push({ label, operator, value: value.value })
  }
  return { name, labels }
}

function isWindowFunction(name: string): name is WindowFunction {
  return windowFunctions.some((one) => one === name)
}

function isQuantity(value: Quantity | Selector | string | undefined): value is Quantity {
  return typeof value === 'object' && 'unit' in value
}

function isSelector(value: Quantity | Selector | string | undefined): value is Selector {
  return typeof value === 'object' && 'labels' in value
}
