import { basename, extname } from 'node:path'
import { envOutline } from './env-outline.ts'
import { iniOutline } from './ini-outline.ts'
import { jsonOutline, yamlOutline } from './tree-outline.ts'

/** How a file is compared: by the names in it, or by its lines where it has none that we can read. */
export const forms = ['env', 'ini', 'yaml', 'json', 'lines'] as const
export type Form = (typeof forms)[number]

/** What is said in a file, piece by piece: the name of each and its value. Of `lines` each piece is a line without a name. */
export interface Outline {
  readonly form: Form
  readonly pieces: readonly (readonly [name: string, value: string])[]
}

/** A file with more of them is compared by its lines. */
const piecesAtMost = 5000

/** @param path as the config names it: how it is written is known by its name. */
export async function outlineOf(path: string, text: string): Promise<Outline> {
  const form = formOf(path)
  const pieces = form === 'lines' ? undefined : await readers[form](text)
  if (pieces !== undefined && pieces.length <= piecesAtMost && form !== 'lines')
    return { form, pieces: distinct(pieces) }
  return { form: 'lines', pieces: text.split(/\r?\n/).map((line) => ['', line] as const) }
}

const readers = { env: envOutline, ini: iniOutline, yaml: yamlOutline, json: jsonOutline } as const

function formOf(path: string): Form {
  const name = basename(path)
  if (/^\.env(?:\.|$)|\.env$/.test(name)) return 'env'
  const byEnding: Readonly<Record<string, Form>> = { '.ini': 'ini', '.yml': 'yaml', '.yaml': 'yaml', '.json': 'json' }
  return byEnding[extname(name).toLowerCase()] ?? 'lines'
}

/** A name that comes again gets a number: the last one may be what holds, or all of them. */
function distinct(pieces: Outline['pieces']): Outline['pieces'] {
  const met = new Map<string, number>()
  return pieces.map(([name, value]) => {
    const times = (met.get(name) ?? 0) + 1
    met.set(name, times)
    return [times === 1 ? name : `${name} (${times})`, value]
  })
}
