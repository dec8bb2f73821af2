import type { ChannelWords } from '../core/channel.ts'
import { createFormatter } from '../core/formatter.ts'
import { type AnyMessage, createRenderer, type Locale } from '../core/message.ts'

/** The words of a system's messages. Make it once for a system: a formatter costs a thousand times its use. */
export function channelWords(
  messages: ReadonlyMap<string, AnyMessage>,
  { locale, timezone }: { readonly locale: Locale; readonly timezone: string },
): ChannelWords {
  const format = createFormatter(locale, timezone)
  const renderer = createRenderer(messages, format)
  return { format, text: (text) => renderer.render(text) }
}
