import { encodingsOf } from './encodings.ts'
import { passwordsOf } from './url-passwords.ts'

/** A stretch of a text that must not be shown. */
export type Span = readonly [from: number, to: number]

/** The values that are protected, in every form that `encodingsOf` knows. */
export interface ProtectedForms {
  protect(value: string): void
  /** Where they stand in the text, in order. */
  spansIn(text: string): Span[]
}

/** Shorter values are masked only where they stand alone: within words they would hide what has nothing to do with them. */
const anywhereFrom = 4
/** Shorter ones are no secret, and ordinary texts are full of them. */
const minimumLength = 3
/** What is left of a form where a text was cut: fewer characters of it tell nothing. */
const leastPart = 4
/** No text that is shorter was cut by anybody: its end is where its author ended it. */
const shortestCut = 60
/** The line that stands for what the command runner did not keep. */
const leftOut = /\n… \d+ bytes left out …\n/g

export function createProtectedForms(): ProtectedForms {
  /** Each form with the fewest of its characters that tell something. */
  const anywhere = new Map<string, number>()
  const alone = new Set<string>()
  return {
    protect: (value) => {
      for (const part of new Set([value, value.trim(), ...linesOf(value), ...passwordsOf(value)])) {
        if (part.length < minimumLength) continue
        for (const form of encodingsOf(part)) {
          if (part.length < anywhereFrom) alone.add(form)
          else anywhere.set(form, Math.min(anywhere.get(form) ?? Number.POSITIVE_INFINITY, leastPartOf(part, form)))
        }
      }
    },
    spansIn: (text) => {
      const spans: Span[] = []
      for (const form of anywhere.keys()) addWhole(text, form, spans)
      for (const form of alone) addWhole(text, form, spans, (from, to) => standsAlone(text, from, to))
      if (anywhere.size > 0) {
        const gaps = [...text.matchAll(leftOut)]
        if (text.length >= shortestCut) addCutEnds(text, text.length, anywhere, spans)
        for (const { index, 0: mark } of gaps) {
          addCutEnds(text, index, anywhere, spans)
          addCutBeginnings(text, index + mark.length, anywhere, spans)
        }
      }
      return spans.sort(([a], [b]) => a - b)
    },
  }
}

function addWhole(
  text: string,
  form: string,
  spans: Span[],
  accept: (from: number, to: number) => boolean = () => true,
): void {
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
    if (accept(at, at + form.length)) spans.push([at, at + form.length])
  }
}

/** Not within a longer word; what a URL encodes (`%3D`) before it is no word. */
function standsAlone(text: string, from: number, to: number): boolean {
  const isWord = (at: number): boolean => /[A-Za-z0-9_]/.test(text.charAt(at))
  const isJoined = isWord(from) && isWord(from - 1) && !/%[\dA-F]{2}$/i.test(text.slice(Math.max(0, from - 3), from))
  return !isJoined && !(isWord(to - 1) && isWord(to))
}

/** Beginnings of forms right before `end`. A cut through a character leaves a replacement for what was left of it. */
function addCutEnds(text: string, end: number, forms: ReadonlyMap<string, number>, spans: Span[]): void {
  let last = end
  while (text[last - 1] === '\ufffd') last--
  for (const [form, least] of forms) {
    if (least >= form.length) continue
    const head = form.slice(0, least)
    const from = Math.max(0, last - form.length + 1)
    const window = text.slice(from, last)
    for (let at = window.indexOf(head); at !== -1; at = window.indexOf(head, at + 1)) {
      if (form.startsWith(window.slice(at))) {
        spans.push([from + at, last])
        break
      }
    }
  }
}

/** Ends of forms right after `begin`. */
function addCutBeginnings(text: string, begin: number, forms: ReadonlyMap<string, number>, spans: Span[]): void {
  let first = begin
  while (text[first] === '\ufffd') first++
  for (const [form, least] of forms) {
    if (least >= form.length) continue
    const tail = form.slice(-leastPart)
    const window = text.slice(first, first + form.length - 1)
    for (let at = window.lastIndexOf(tail); at !== -1; at = at === 0 ? -1 : window.lastIndexOf(tail, at - 1)) {
      if (form.endsWith(window.slice(0, at + tail.length))) {
        spans.push([first, first + at + tail.length])
        break
      }
    }
  }
}

/**
 * Of a URL the beginning is no secret before its password, or its path where it has none, is reached; in other forms of
 * it, and of a file of several lines, the parts that are protected by themselves count.
 */
function leastPartOf(value: string, form: string): number {
  if (value.includes('\n')) return Number.POSITIVE_INFINITY
  const head = /^[a-z][a-z0-9+.-]*:\/\/(?:[^\s:/@]*:(?=\S*@)|[^\s/]*\/?)/i.exec(value)?.[0]
  if (head === undefined) return leastPart
  return form === value ? head.length + leastPart : Number.POSITIVE_INFINITY
}

/** A key file is often shown line by line. Its first and last line say nothing, and short ones are ordinary words. */
function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/)
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= 16 && !line.startsWith('-----'))
}
