/**
 * A number from 0 up to 1 for a name, the same in every process: what is to be done at one time is spread by it, and none
 * of it changes its place. FNV-1a.
 */
export function spreadOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
