import type { Node } from 'yaml'

type Pieces = [string, string][]

/** Deeper than any config that people write. */
const deepest = 100
const longestKey = 100

/** The leaves of a YAML file by the path of their keys: `services.web.ports[0]`. Undefined when it is no YAML. */
export async function yamlOutline(text: string): Promise<Pieces | undefined> {
  const { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } = await import('yaml')
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: true })
  if (!Array.isArray(documents)) return undefined
  const pieces: Pieces = []
  const take = (path: string, node: unknown, depth: number): boolean => {
    if (depth > deepest) return false
    if (isMap(node)) {
      if (node.items.length === 0) pieces.push([path, '{}'])
      return node.items.every((pair) => {
        if (!isPair(pair) || !isScalar(pair.key)) return false
        const key = keyIn(path, pair.key.value)
        return key !== undefined && take(key, pair.value, depth + 1)
      })
    }
    if (isSeq(node)) {
      if (node.items.length === 0) pieces.push([path, '[]'])
      return node.items.every((item, at) => take(`${path}[${at}]`, item, depth + 1))
    }
    // What an alias stands for is compared where it is written.
    if (isAlias(node)) pieces.push([path, `*${node.source}`])
    else pieces.push([path, isScalar(node) ? `${tagOf(node)} ${JSON.stringify(node.value)}` : 'null'])
    return true
  }
  for (const [at, document] of documents.entries()) {
    if (document.errors.length > 0) return undefined
    if (!take(documents.length === 1 ? '' : `document ${at + 1}`, document.contents, 0)) return undefined
  }
  // A file that is one text is no tree of names.
  return pieces.some(([path]) => path === '') ? undefined : pieces
}

/** The leaves of a JSON file, as those of YAML. */
export async function jsonOutline(text: string): Promise<Pieces | undefined> {
  const pieces: Pieces = []
  const take = (path: string, value: unknown, depth: number): boolean => {
    if (depth > deepest) return false
    if (typeof value !== 'object' || value === null) {
      pieces.push([path, JSON.stringify(value)])
      return true
    }
    const entries = Object.entries(value)
    if (entries.length === 0) pieces.push([path, Array.isArray(value) ? '[]' : '{}'])
    return entries.every(([name, inner]) => {
      const key = Array.isArray(value) ? `${path}[${name}]` : keyIn(path, name)
      return key !== undefined && take(key, inner, depth + 1)
    })
  }
  try {
    const value: unknown = JSON.parse(text)
    return take('', value, 0) && !pieces.some(([path]) => path === '') ? pieces : undefined
  } catch {
    // It is not JSON: its lines are compared.
    return undefined
  }
}

/** Undefined for what no one writes as a key: it may be a value that slipped. */
function keyIn(path: string, key: unknown): string | undefined {
  const name = String(key)
  if (name === '' || name.length > longestKey || name.includes('\n')) return undefined
  return path === '' ? name : `${path}.${name}`
}

function tagOf(node: Node): string {
  return node.tag ?? ''
}
