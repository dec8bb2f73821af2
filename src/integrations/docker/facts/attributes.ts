import { paddedBytes } from '../../../platform/tar/tar-entry.ts'

const blockBytes = 512
/** Extended attributes, ACLs and SELinux labels, as GNU tar and libarchive write them. */
const kept = /^(?:SCHILY\.(?:xattr|acl)\.|RHT\.security\.|LIBARCHIVE\.xattr\.)/

/**
 * The extended attributes among the headers of an entry, each as `key=value`, sorted: the order in which a file system
 * gives them is its own. Headers were read before: what makes no sense here is passed over.
 */
export function attributesIn(raw: Buffer): readonly string[] {
  const found: string[] = []
  for (let at = 0; at + blockBytes <= raw.length; ) {
    const type = String.fromCharCode(raw[at + 156] ?? 0)
    const bytes = Number.parseInt(raw.toString('latin1', at + 124, at + 136).replace(/[\0 ]+$/, ''), 8) || 0
    if (!'xgLK'.includes(type)) break
    const content = raw.subarray(at + blockBytes, at + blockBytes + bytes)
    if (type === 'x') found.push(...recordsIn(content).filter((record) => kept.test(record)))
    at += blockBytes + paddedBytes(bytes)
  }
  return found.toSorted()
}

/** `<length> <key>=<value>\n`, again and again. */
export function recordsIn(content: Buffer): readonly string[] {
  const records: string[] = []
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const length = space < 0 ? 0 : Number(content.toString('latin1', at, space))
    if (!(length > 0)) break
    records.push(content.toString('latin1', space + 1, at + length - 1))
    at += length
  }
  return records
}
