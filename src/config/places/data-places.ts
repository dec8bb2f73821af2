import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { PlaceNode } from './place.ts'

/** The places in a YAML or JSON text; undefined when it cannot be read. */
export function dataPlaces(text: string): PlaceNode | undefined {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, logLevel: 'silent' })
  if (document.errors.length > 0 || document.contents === null) return undefined
  return nodeAt(document.contents, document.contents.range?.[0] ?? 0, document, counter)
}

/** @param offset where the key stands, or the value itself when it has none. */
function nodeAt(value: unknown, offset: number, document: Document, counter: LineCounter): PlaceNode {
  const { line, col } = counter.linePos(offset)
  return { place: { line, column: col }, members: () => new Map(membersOf(value, document, counter)) }
}

function membersOf(value: unknown, document: Document, counter: LineCounter): [string, PlaceNode][] {
  const node = isAlias(value) ? value.resolve(document) : value
  const member = (key: string, at: unknown, inner: unknown): [string, PlaceNode][] => {
    const offset = isNode(at) ? at.range?.[0] : undefined
    return offset === undefined ? [] : [[key, nodeAt(inner, offset, document, counter)]]
  }
  if (isSeq(node)) return node.items.flatMap((item, index) => member(String(index), item, item))
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value: inner }) => (isScalar(key) ? member(String(key.value), key, inner) : []))
}
