import type { ChannelWords, Notification, NotificationItem } from '../../core/channel.ts'
import { shownItems } from './email-text.ts'
import { headline, stateWord } from './headline.ts'
import { isPlain, timeLine } from './item-lines.ts'
import { acknowledgeWord, andMore, openWord, toDo, whyWord } from './messages.ts'

/** Beside a word that says the same. At least 3:1 on white and on black (WCAG 1.4.11), so they stay in dark mode. */
const barColours = { low: '#6b7785', medium: '#a86400', high: '#d1490f', critical: '#d3232f', resolved: '#2f8540' }

/**
 * One column, system fonts, no images, no outside resource. Colours stand in the elements for programs that drop the
 * style sheet; those that know dark mode take the sheet's.
 */
export function emailHtml(notification: Notification, words: ChannelWords): string {
  const { kind, items, publicUrl, system, locale } = notification
  const more = items.length - shownItems
  const rows = items.slice(0, shownItems).map((item) => itemHtml(item, isPlain(kind), words))
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(headline(notification, words))}</title>
<style>
:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) {
  .page { background: #121417 !important; color: #e8eaed !important }
  .quiet { color: #b4bac2 !important }
  .button { background: #a8c7fa !important; color: #062e6f !important }
  .link { color: #a8c7fa !important }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#ffffff;color:#1c1e21">
<div class="page" style="max-width:600px;margin:0 auto;padding:16px;background:#ffffff;color:#1c1e21;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
${rows.join('\n')}
${more > 0 ? `<p style="margin:0 0 24px">${escaped(words.text(andMore({ count: more })))}</p>` : ''}
${publicUrl === undefined ? '' : `<p style="margin:0 0 24px"><a class="link" href="${escaped(publicUrl)}" style="color:#0b57d0">${escaped(words.text(openWord({})))}</a></p>`}
<p class="quiet" style="margin:0;font-size:14px;color:#5b6470">${escaped(words.text(whyWord({ system })))}</p>
</div>
</body>
</html>
`
}

function itemHtml(item: NotificationItem, isPlain: boolean, words: ChannelWords): string {
  const colour = isPlain ? barColours.low : barColours[item.state === 'resolved' ? 'resolved' : item.severity]
  const head = `<p style="margin:0 0 4px;font-size:14px"><strong>${escaped(stateWord(item, words))}</strong> · ${escaped(item.component)}</p>`
  const time = `<p class="quiet" style="margin:4px 0 0;font-size:14px;color:#5b6470">${escaped(timeLine(item, words))}</p>`
  const remedy = item.remedy && lines(words.text(toDo({ remedy: item.remedy })))
  const button =
    item.acknowledgeUrl &&
    `<p style="margin:16px 0 0"><a class="button" href="${escaped(item.acknowledgeUrl)}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#0b57d0;color:#ffffff;text-decoration:none;font-weight:600">${escaped(words.text(acknowledgeWord({})))}</a></p>`
  return `<div style="margin:0 0 24px;padding:0 0 0 12px;border-left:4px solid ${colour}">
${isPlain ? '' : head}
<p style="margin:0;font-size:18px;overflow-wrap:anywhere">${lines(item.title)}</p>
${isPlain ? '' : time}
${remedy === undefined ? '' : `<p style="margin:8px 0 0;overflow-wrap:anywhere">${remedy}</p>`}
${button ?? ''}
</div>`.replace(/\n{2,}/g, '\n')
}

function lines(text: string): string {
  return escaped(text).replaceAll(/\r?\n/g, '<br>')
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/(?!\r?\n|\t)\p{Cc}/gu, '')
}
