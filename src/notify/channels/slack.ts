import * as z from 'zod'
import { type ChannelWords, defineChannel, type Notification, type NotificationItem } from '../../core/channel.ts'
import { sha256 } from '../../core/hash.ts'
import { secretAddressSchema } from '../../core/secret.ts'
import { cut, headline, stateWord } from './headline.ts'
import { deliveryOf } from './http-delivery.ts'
import { isPlain, timeLine } from './item-lines.ts'
import { acknowledgeWord, andMore, openWord, slackSummary, toDo } from './messages.ts'
import { notHttp } from './refusals.ts'

/** Slack's own limits: 50 blocks, 3,000 characters of a section, 150 of a header; 2,000 keep a message readable. */
const mostItems = 20
const longestSection = 2000
const longestHeader = 150
const longestText = 3000

const signs = { low: '⚪', medium: '🟡', high: '🟠', critical: '🔴', resolved: '🟢' }

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
type Block = Readonly<Record<string, unknown>> & { readonly type: string }

export interface SlackMessage {
  /** What a notification on the telephone shows. */
  readonly text: string
  readonly blocks: readonly Block[]
}

export const slackChannel = defineChannel({
  kind: 'slack',
  summary: slackSummary,
  options: z.strictObject({ url: secretAddressSchema.meta({ description: 'the address of the incoming webhook' }) }),
  messages: [],
  render: (notification, _options, words): SlackMessage => {
    const { id, kind, items, publicUrl, system } = notification
    const more = items.length - mostItems
    const title = `[${system}] ${headline(notification, words)}`
    const footer = publicUrl === undefined ? [] : [context(`<${link(publicUrl)}|${escaped(words.text(openWord({})))}>`)]
    return {
      text: cut(escaped(title), longestText),
      blocks: [
        // Slack has no field for an id of ours; a block's id is kept and never shown.
        { type: 'header', block_id: `vigie-${sha256(id).slice(0, 32)}`, text: plain(title, longestHeader) },
        ...items.slice(0, mostItems).map((item) => section(item, kind, words)),
        ...(more > 0 ? [context(escaped(words.text(andMore({ count: more }))))] : []),
        ...footer,
      ],
    }
  },
  deliver: async (message, { url }, ctx) => {
    const target = await ctx.reveal(url)
    if (!/^https?:\/\//i.test(target)) return { status: 'refused', reason: notHttp({}), isRetryable: false }
    const answer = await ctx.http.send(
      {
        url: target,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        timeoutMs: ctx.timeoutMs,
        maxBodyBytes: 10_000,
      },
      ctx.signal,
    )
    return deliveryOf(answer, ctx.clock.now())
  },
})

/** In plain text: there a title with `*`, `_` or `<!channel>` is shown as it is. */
function section(item: NotificationItem, kind: Notification['kind'], words: ChannelWords): Block {
  const head = `${signs[item.state === 'resolved' ? 'resolved' : item.severity]} ${stateWord(item, words)} · ${item.component}`
  const lines = isPlain(kind) ? [item.title] : [head, item.title, timeLine(item, words)]
  if (item.remedy !== undefined) lines.push(words.text(toDo({ remedy: item.remedy })))
  const block = { type: 'section', text: plain(lines.join('\n'), longestSection) }
  if (item.acknowledgeUrl === undefined) return block
  const accessory = { type: 'button', text: plain(words.text(acknowledgeWord({})), 75), url: item.acknowledgeUrl }
  return { ...block, accessory }
}

function context(mrkdwn: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn }] }
}

function plain(text: string, limit: number): PlainText {
  return { type: 'plain_text', text: cut(escaped(text), limit), emoji: false }
}

/** The three characters that Slack asks to escape: with them nobody is mentioned and no link is made. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Within `<…|…>` a bar or a bracket would end the address. */
function link(url: string): string {
  return escaped(url).replaceAll('|', '%7C')
}
