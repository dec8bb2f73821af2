/** Where something is written, counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** What a config file writes, with the place of each key and list item. Members are looked up when they are asked for. */
export interface PlaceNode {
  readonly place: Place
  members(): ReadonlyMap<string, PlaceNode>
}

/**
 * The place of what a path such as `components.db.url` names. Keys may hold dots themselves: when the path can be read
 * in two ways, there is no answer.
 */
export function placeOf(root: PlaceNode, path: string): Place | undefined {
  const found = nodesOf(root, path)
  return found.length === 1 ? found[0]?.place : undefined
}

/** The place of the path, or else of the nearest part around it: where something that is missing should stand. */
export function nearestPlace(root: PlaceNode, path: string): Place {
  for (let rest = path; rest !== ''; rest = rest.slice(0, Math.max(0, rest.lastIndexOf('.')))) {
    const place = placeOf(root, rest)
    if (place !== undefined) return place
  }
  return root.place
}

/** `lineStarts` of a text, for `placeAt`. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** @param offset in UTF-16 units from the beginning of the text. */
export function placeAt(lineStarts: readonly number[], offset: number): Place {
  const line = lineStarts.findLastIndex((start) => start <= offset)
  return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 }
}

function nodesOf(node: PlaceNode, path: string): readonly PlaceNode[] {
  return [...node.members()].flatMap(([key, member]) => {
    if (key === path) return [member]
    return path.startsWith(`${key}.`) ? nodesOf(member, path.slice(key.length + 1)) : []
  })
}
