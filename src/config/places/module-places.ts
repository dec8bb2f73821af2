import { fieldOf } from '../../core/field-of.ts'
import { lineStartsOf, type Place, type PlaceNode, placeAt } from './place.ts'
import { type Token, tokensOf } from './tokens.ts'

/**
 * The places in a config that is code. Only what is plainly written is found: object and list literals, and those given
 * to the builders of `vigie`, from the default export down. What is computed, spread or read from elsewhere has no place
 * of its own, and what does not agree with the value that the module really gave has none either.
 */
export function modulePlaces(source: string, written: unknown): PlaceNode | undefined {
  const tokens = tokensOf(source)
  if (tokens === undefined) return undefined
  const starts = lineStartsOf(source)
  const closings = closingsOf(tokens)
  const from = closings === undefined ? undefined : exportedAt(tokens, closings)
  if (closings === undefined || from === undefined) return undefined
  const reader: Reader = {
    tokens,
    closings,
    builders: importedFromVigie(tokens),
    placeOf: (token) => placeAt(starts, token.start),
  }
  return nodeOf(reader, from.at, from.end, written, tokens[from.at])
}

interface Reader {
  readonly tokens: readonly Token[]
  /** The index of each opening bracket → that of its closing one. */
  readonly closings: ReadonlyMap<number, number>
  readonly builders: ReadonlySet<string>
  placeOf(token: Token): Place
}

/** Those of `vigie` that give back what they are given; the others compute. */
const notBuilders = ['env', 'secretFile', 'human', 'message', 'defineCheck', 'defineTask', 'defineComponent']

/** The expression of tokens `at` to `end`; undefined when it is known not to be what gave `value`. */
function nodeOf(
  reader: Reader,
  at: number,
  end: number,
  value: unknown,
  key: Token | undefined,
): PlaceNode | undefined {
  const last = withoutType(reader.tokens, at, end)
  if (key === undefined || isOther(reader.tokens, at, last, value)) return undefined
  const members = membersOf(reader, at, last, value)
  return { place: reader.placeOf(key), members: () => members }
}

/** A literal that is not the value: something else gave it. */
function isOther(tokens: readonly Token[], at: number, end: number, value: unknown): boolean {
  const only = end - at === 1 ? tokens[at] : undefined
  if (only?.type === 'string' && !only.text.includes('\\')) return value !== only.text.slice(1, -1)
  if (only?.type === 'number') return value !== Number(only.text.replaceAll('_', ''))
  return (only?.text === 'true' || only?.text === 'false') && value !== (only.text === 'true')
}

/** The end of an expression without `as const`, `as Type` and `satisfies Type` after it. */
function withoutType(tokens: readonly Token[], at: number, end: number): number {
  const isTyped = ['as', 'satisfies'].includes(tokens[end - 2]?.text ?? '') && tokens[end - 1]?.type === 'word'
  return isTyped && end - 2 > at ? withoutType(tokens, at, end - 2) : end
}

function membersOf(reader: Reader, at: number, end: number, value: unknown): ReadonlyMap<string, PlaceNode> {
  const { tokens, closings, builders } = reader
  const [first, next] = [tokens[at], tokens[at + 1]]
  const isWhole = (open: number): boolean => closings.get(open) === end - 1
  if (first?.text === '{' && isWhole(at)) return objectMembers(reader, at, value)
  if (first?.text === '[' && isWhole(at)) return listMembers(reader, at, value)
  if (first?.type === 'word' && builders.has(first.text) && next?.text === '(' && isWhole(at + 1)) {
    const [argument] = partsOf(reader, at + 1)
    const inner = argument && membersOf(reader, argument.at, withoutType(tokens, argument.at, argument.end), value)
    const members = new Map(inner)
    const kind = nodeOf(reader, at, at, fieldOf(value, 'kind'), first)
    return kind === undefined || first.text === 'defineSystem' || members.has('kind')
      ? members
      : members.set('kind', kind)
  }
  return new Map()
}

function objectMembers(reader: Reader, open: number, value: unknown): ReadonlyMap<string, PlaceNode> {
  const { tokens } = reader
  const members = new Map<string, PlaceNode>()
  for (const { at, end } of partsOf(reader, open)) {
    const [key, next] = [tokens[at], tokens[at + 1]]
    if (key?.text === '...' || key?.text === '[') {
      // It may give any of the names before it another value.
      members.clear()
      continue
    }
    const name = nameOf(key)
    const isMember = end - at === 1 || next?.text === ':' || next?.text === '('
    if (name === undefined || !isMember) return new Map()
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    const node =
      next?.text === ':' && isThere
        ? nodeOf(reader, at + 2, end, fieldOf(value, name), key)
        : isThere && nodeOf(reader, at, at, undefined, key)
    if (node) members.set(name, node)
    else members.delete(name)
  }
  return members
}

function listMembers(reader: Reader, open: number, value: unknown): ReadonlyMap<string, PlaceNode> {
  const members = new Map<string, PlaceNode>()
  for (const [index, { at, end }] of partsOf(reader, open).entries()) {
    const first = reader.tokens[at]
    if (first === undefined || end === at || first.text === '...') break
    const node = Array.isArray(value) && index < value.length ? nodeOf(reader, at, end, value[index], first) : undefined
    if (node !== undefined) members.set(String(index), node)
  }
  return members
}

/** What stands between the commas of a bracket, as ranges of tokens. */
function partsOf({ tokens, closings }: Reader, open: number): { at: number; end: number }[] {
  const close = closings.get(open) ?? open
  const parts: { at: number; end: number }[] = []
  let at = open + 1
  for (let index = at; index <= close; index++) {
    if (index === close || tokens[index]?.text === ',') {
      if (index < close || index > at) parts.push({ at, end: index })
      at = index + 1
    } else index = closings.get(index) ?? index
  }
  return parts
}

function nameOf(key: Token | undefined): string | undefined {
  if (key?.type === 'string') return key.text.includes('\\') ? undefined : key.text.slice(1, -1)
  return key?.type === 'word' || (key?.type === 'number' && /^\d+$/.test(key.text)) ? key.text : undefined
}

/** Where the default export is written: after `export default`, or in the `const` that it names and nobody else does. */
function exportedAt(
  tokens: readonly Token[],
  closings: ReadonlyMap<number, number>,
): { at: number; end: number } | undefined {
  const top = topLevel(tokens, closings)
  const exported = top.find((index) => tokens[index]?.text === 'export' && tokens[index + 1]?.text === 'default')
  if (exported === undefined) return undefined
  const at = exported + 2
  const name =
    tokens[at]?.type === 'word' && !['(', '.'].includes(tokens[at + 1]?.text ?? '') ? tokens[at]?.text : undefined
  if (name === undefined) return wholeAt(tokens, closings, at)
  const uses = tokens.filter(({ type, text }) => (type === 'template' ? text.includes(name) : text === name)).length
  const declared = top.find((index) => tokens[index]?.text === 'const' && tokens[index + 1]?.text === name)
  if (uses !== 2 || declared === undefined || tokens[declared + 2]?.text !== '=') return undefined
  return wholeAt(tokens, closings, declared + 3)
}

/** A literal or a call that is the whole expression: nothing that would change it follows. */
function wholeAt(
  tokens: readonly Token[],
  closings: ReadonlyMap<number, number>,
  at: number,
): { at: number; end: number } | undefined {
  const close = closings.get(at) ?? closings.get(at + 1)
  if (close === undefined) return undefined
  const after = tokens[close + 1]
  return after === undefined || after.text === ';' || after.type === 'word' ? { at, end: close + 1 } : undefined
}

function importedFromVigie(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [index, { text }] of tokens.entries()) {
    const from =
      text === 'import' && tokens[index + 1]?.text === '{'
        ? tokens.findIndex((one, i) => i > index && one.text === '}')
        : -1
    if (from === -1 || tokens[from + 1]?.text !== 'from' || !/^["']vigie["']$/.test(tokens[from + 2]?.text ?? ''))
      continue
    const words = tokens
      .slice(index + 2, from)
      .map((one) => one.text)
      .join(' ')
    for (const part of words.split(',')) {
      const [imported = '', local = imported] = part.trim().split(/ as | /)
      if (imported !== '' && !notBuilders.includes(imported) && imported !== 'type') names.add(local)
    }
  }
  return names
}

function topLevel(tokens: readonly Token[], closings: ReadonlyMap<number, number>): readonly number[] {
  const indexes: number[] = []
  for (let index = 0; index < tokens.length; index++) {
    indexes.push(index)
    index = closings.get(index) ?? index
  }
  return indexes
}

/** Undefined when the brackets do not match. */
function closingsOf(tokens: readonly Token[]): ReadonlyMap<number, number> | undefined {
  const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
  const closings = new Map<number, number>()
  const open: number[] = []
  for (const [index, { type, text }] of tokens.entries()) {
    if (type !== 'sign') continue
    if (text in pairs) open.push(index)
    else if (Object.values(pairs).includes(text)) {
      const opening = open.pop()
      if (opening === undefined || pairs[tokens[opening]?.text ?? ''] !== text) return undefined
      closings.set(opening, index)
    }
  }
  return open.length === 0 ? closings : undefined
}
