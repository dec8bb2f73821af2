import type { CommandResult } from '../../core/context.ts'
import { type Match, matchWithin } from '../../platform/match-within.ts'

/** What is known of standard output: text in one piece, or pieces of it with gaps between them. */
export interface Output {
  readonly parts: readonly string[]
  /** Why the pieces are not all of it: some was not kept, or is no text. */
  readonly gap: 'none' | 'cut' | 'binary'
}

/** What became of a pattern; `unknown` when the gaps leave it open. */
export type Found = Match | { readonly outcome: 'unknown' }

/** The line that stands for what the command runner did not keep. */
const leftOut = /\n… \d+ bytes left out …\n/
const notText = /[\0\uFFFD]+/
/** As a shell's $(…) leaves it out, so that `^ready$` is what `echo ready` says. */
const lastLineEnd = /\r?\n$/

/** @param maxBytes what was to be kept at most: only a longer text was cut, whatever became of the other stream. */
export function readOutput({ stdout, isTruncated }: CommandResult, maxBytes: number): Output {
  const isCut = isTruncated && Buffer.byteLength(stdout) > maxBytes
  const said = stdout.replace(lastLineEnd, '')
  const kept = isCut ? said.split(leftOut) : [said]
  const parts = kept.flatMap((part) => part.split(notText))
  return { parts, gap: isCut ? 'cut' : parts.length > 1 ? 'binary' : 'none' }
}

/**
 * Looks for a pattern. With gaps only a match within one piece counts, and only of a pattern that does not ask where it
 * stands or what stands beside it: such a match is one of the whole output too, while its absence says nothing.
 */
export function searchOutput(pattern: string, { parts, gap }: Output): Found {
  if (gap === 'none') return matchWithin(pattern, parts)
  if (asksForPlace.test(pattern)) return { outcome: 'unknown' }
  const match = matchWithin(pattern, parts)
  return match.outcome === 'none' ? { outcome: 'unknown' } : match
}

/** Anchors, word boundaries, looking ahead and behind. Rather one too many than one missed. */
const asksForPlace = /[\^$]|\\b|\\B|\(\?[=!<]/

/** A decimal number as programs print it; undefined for an empty text, `1,234`, `0x10` and words. */
export function readNumber(text: string | undefined): number | undefined {
  const written = text?.trim() ?? ''
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(written) ? Number(written) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}
