/**
 * Replaces every literal of an SQL text by `?`: strings of all PostgreSQL spellings and numbers. Comments go, since they
 * may hold anything. Works on truncated text (an unterminated literal is replaced to the end), which a parser cannot.
 * Lexical rules: PostgreSQL documentation, "Lexical Structure" (4.1).
 */
export function redactSqlLiterals(sql: string): string {
  return sql.replace(token, (match, ...groups) => {
    const named = groups.at(-1) as Readonly<Record<string, string | undefined>>
    if (named['comment'] !== undefined) return ' '
    if (named['identifier'] !== undefined) return match
    return '?'
  })
}

const token = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<escaped>[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))`,
    String.raw`(?<quoted>(?:[uU]&|[bBxXnN])?'(?:[^']|'')*(?:'|$))`,
    String.raw`(?<dollar>(?<![\w$])\$(?<tag>[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<identifier>"(?:[^"]|"")*(?:"|$)|\$\d+|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<number>0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)`,
  ].join('|'),
  'g',
)
