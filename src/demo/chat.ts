import * as z from 'zod'

/** A message as the chat of the demo shows it. */
export interface ChatMessage {
  readonly text: string
  /** Its buttons. */
  readonly links: readonly { readonly text: string; readonly url: string }[]
}

const buttonSchema = z.object({ text: z.object({ text: z.string() }), url: z.string() })
const messageSchema = z.object({
  text: z.string(),
  blocks: z.array(z.object({ accessory: buttonSchema.optional() })).default([]),
})

/** What was posted, when it has the shape of an incoming webhook of Slack. */
export function readChat(body: string): ChatMessage | undefined {
  const { data } = messageSchema.safeParse(parsed(body))
  if (data === undefined) return undefined
  const links = data.blocks.flatMap(({ accessory }) =>
    accessory === undefined ? [] : [{ text: accessory.text.text, url: unescaped(accessory.url) }],
  )
  return { text: unescaped(data.text), links }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Slack asks to write these three characters so. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
