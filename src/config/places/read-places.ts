import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { PlaceNode } from './place.ts'

/** File names of configs that are data; the others are code. */
export const dataEndings: readonly string[] = ['.yaml', '.yml', '.json']

/**
 * Where a config file writes what it gave; undefined when that cannot be told. Read anew, since only who asks where
 * something stands needs it.
 */
export async function readPlaces(file: string, written: unknown): Promise<PlaceNode | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  if (dataEndings.includes(extname(file))) return (await import('./data-places.ts')).dataPlaces(text)
  return (await import('./module-places.ts')).modulePlaces(text, written)
}
