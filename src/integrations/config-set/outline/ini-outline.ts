const longestName = 100

/**
 * The settings of a file of sections, as `section.key`: `key = value`, comments by `;` and `#`. Undefined when a line is
 * none of that, such as one that goes on from the line before.
 */
export async function iniOutline(text: string): Promise<readonly (readonly [string, string])[] | undefined> {
  const pieces: (readonly [string, string])[] = []
  let section = ''
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const header = /^\[([^\][]{1,100})\]\s*(?:[;#].*)?$/.exec(line)?.[1]
    if (header !== undefined) {
      section = header.trim()
      continue
    }
    const [, key = '', value = ''] = /^([A-Za-z_][\w.-]*)\s*[=:](.*)$/.exec(line) ?? []
    if (key === '' || key.length > longestName) return undefined
    pieces.push([section === '' ? key : `${section}.${key}`, value.trim()])
  }
  return pieces
}
