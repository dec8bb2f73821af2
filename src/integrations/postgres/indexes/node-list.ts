/**
 * The members of a list of expressions as PostgreSQL stores it (`pg_node_tree`): `({OPEXPR …} {FUNCEXPR …})`. A brace in a
 * value is written `\{` there.
 */
export function nodesOf(list: string): readonly string[] {
  const nodes: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < list.length; at++) {
    const char = list[at]
    if (char === '\\') at++
    else if (char === '{' && depth++ === 0) start = at
    else if (char === '}' && --depth === 0) nodes.push(list.slice(start, at + 1))
  }
  return nodes
}
