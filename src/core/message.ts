import type { Formatter } from './formatter.ts'
import type { JsonValue } from './json.ts'

export const locales = ['fr', 'en'] as const
export type Locale = (typeof locales)[number]

export type Params = Readonly<Record<string, JsonValue | undefined>>

/** What is stored and sent instead of prose: rendered in the reader's language where it is shown. A type: it is JSON. */
export type Text = {
  readonly code: string
  readonly params: Params
}

type Rendering<P> = (params: P, format: Formatter) => string

/** A text of the program in both languages. Called with its parameters it gives the `Text` to store. */
export interface Message<P extends Params> {
  (params: P): Text
  readonly code: string
  readonly renderings: Readonly<Record<Locale, Rendering<P>>>
}

// biome-ignore lint/suspicious/noExplicitAny: messages of every parameter shape stand in one catalog.
export type AnyMessage = Message<any>

/**
 * Declares a text. `code` is `<area>.<what>` in kebab-case, unique over the program; parameters are plain JSON and
 * carry raw values (bytes, milliseconds, ratios): the renderings format them.
 */
export function message<P extends Params = Record<string, never>>(
  code: string,
  renderings: Record<Locale, Rendering<P>>,
): Message<P> {
  const build = (params: P): Text => ({ code, params })
  return Object.assign(build, { code, renderings })
}

/**
 * Renders stored texts. A row of another version (its code unknown, or its parameters not those of today's text) shows
 * its code and parameters: never nothing, and never an error that hides the other rows.
 */
export interface Renderer {
  readonly locale: Locale
  render(text: Text): string
}

export function createRenderer(messages: ReadonlyMap<string, AnyMessage>, format: Formatter): Renderer {
  return {
    locale: format.locale,
    render: (text) => {
      const found = messages.get(text.code)
      try {
        if (found !== undefined) return spaced(found.renderings[format.locale](text.params, format), format.locale)
      } catch {
        // Parameters of another version: told below, as an unknown code is.
      }
      return `${text.code} ${JSON.stringify(text.params)}`
    },
  }
}

/** French keeps its high punctuation on the line: a no-break space stands before it. Commands never have one there. */
function spaced(text: string, locale: Locale): string {
  return locale === 'fr' ? text.replace(/ (?=[:;!?»](?:\s|$))/g, '\u00a0').replace(/« /g, '«\u00a0') : text
}

/** The catalog of a program part; a code declared twice is a mistake of ours and throws. */
export function messageMap(messages: Iterable<AnyMessage>): ReadonlyMap<string, AnyMessage> {
  const map = new Map<string, AnyMessage>()
  for (const one of messages) {
    const known = map.get(one.code)
    if (known !== undefined && known !== one) throw new Error(`message code declared twice: ${one.code}`)
    map.set(one.code, one)
  }
  return map
}
