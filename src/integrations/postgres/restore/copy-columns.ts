/**
 * The columns of a COPY statement as pg_dump writes it: `COPY public.policies (id, "the name") FROM stdin;`. Undefined when
 * it is none.
 */
export function copyColumns(copy: string): readonly string[] | undefined {
  const found = statement.exec(copy)
  if (found === null) return undefined
  return [...(found.groups?.['columns'] ?? '').matchAll(identifier)].map(([word]) =>
    word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word,
  )
}

// A name in double quotes may hold anything, a doubled quote stands for one; others hold none of ` ",.()`.
const name = String.raw`(?:"(?:[^"]|"")+"|[^\s",.()]+)`
const identifier = new RegExp(name, 'g')
const statement = new RegExp(
  String.raw`^COPY ${name}(?:\.${name})? (?:\((?<columns>${name}(?:, ${name})*)\) | ?)FROM stdin;\s*$`,
)
