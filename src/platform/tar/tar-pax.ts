import { TarError } from './tar-entry.ts'

/** What an extended header says in the place of the header after it. Names are bytes (`latin1`). */
export interface PaxFields {
  readonly path?: string
  readonly link?: string
  readonly bytes?: number
  readonly mtimeNs?: bigint
  readonly uid?: number
  readonly gid?: number
  /** The size of a file with holes, when the sparse formats of GNU say it. */
  readonly sparseBytes?: number
}

type Written = { -readonly [Field in keyof PaxFields]: PaxFields[Field] }

/** Records `<length> <key>=<value>\n`, as POSIX `pax` has them. What is unknown is passed over. Throws `header`. */
export function readPax(content: Buffer, known: PaxFields = {}): PaxFields {
  const fields: Written = { ...known }
  let sparseName: string | undefined
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const digits = space < 0 ? '' : content.toString('latin1', at, space)
    const length = /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0
    const end = at + length
    if (length <= digits.length + 2 || end > content.length || content[end - 1] !== 0x0a) {
      throw new TarError('header', 'a record of an extended header has no end')
    }
    const equals = content.indexOf(0x3d, space)
    if (equals < 0 || equals >= end) throw new TarError('header', 'a record of an extended header has no value')
    const key = content.toString('latin1', space + 1, equals)
    const value = content.toString('latin1', equals + 1, end - 1)
    if (key === 'GNU.sparse.name') sparseName = nameOf(value)
    else take(fields, key, value)
    at = end
  }
  // The name in its place is made up, for programs that do not know of holes.
  return sparseName === undefined ? fields : { ...fields, path: sparseName }
}

function take(fields: Written, key: string, value: string): void {
  switch (key) {
    case 'path':
      fields.path = nameOf(value)
      return
    case 'linkpath':
      fields.link = nameOf(value)
      return
    case 'size':
      fields.bytes = wholeNumber(value)
      return
    case 'GNU.sparse.realsize':
    case 'GNU.sparse.size':
      fields.sparseBytes = wholeNumber(value)
      return
    case 'mtime':
      fields.mtimeNs = nanoseconds(value)
      return
    case 'uid':
      fields.uid = wholeNumber(value)
      return
    case 'gid':
      fields.gid = wholeNumber(value)
  }
}

function nameOf(value: string): string {
  if (value === '' || value.includes('\0')) throw new TarError('header', 'a name is empty or has a NUL byte')
  return value
}

function wholeNumber(value: string): number {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(number)) throw new TarError('header', 'a number of an extended header is none')
  return number
}

/** `1700000000.25` and `-1.5` in nanoseconds; finer digits are cut off. */
function nanoseconds(value: string): bigint {
  const [, sign, seconds = '0', digits = ''] = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(value) ?? []
  if (sign === undefined) throw new TarError('header', 'a time of an extended header is none')
  const all = BigInt(seconds) * 1_000_000_000n + BigInt(digits.slice(0, 9).padEnd(9, '0'))
  return sign === '-' ? -all : all
}
