import * as z from 'zod'

/** A message as the chat of the demo shows it. */
export interface ChatMessage {
  readonly text: string
  /** What it tells one by one, in lines, with the button beside it. */
  readonly items: readonly {
    readonly lines: readonly string[]
    readonly button: { readonly text: string; readonly url: string } | undefined
  }[]
}

const textSchema = z.object({ text: z.string() })
const sectionSchema = z.object({
  type: z.literal('section'),
  text: textSchema,
  accessory: z.object({ text: textSchema, url: z.string() }).optional(),
})
const messageSchema = z.object({ text: z.string(), blocks: z.array(z.unknown()).default([]) })

/** What was posted, when it has the shape of an incoming webhook of Slack. */
export function readChat(body: string): ChatMessage | undefined {
  const { data } = messageSchema.safeParse(parsed(body))
  if (data === undefined) return undefined
  const sections = data.blocks.flatMap((block) => sectionSchema.safeParse(block).data ?? [])
  const items = sections.map(({ text, accessory }) => ({
    lines: unescaped(text.text).split('\n'),
    button: accessory && { text: unescaped(accessory.text.text), url: accessory.url },
  }))
  return { text: unescaped(data.text), items }
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
