import type { ChannelWords, Notification } from '../../core/channel.ts'
import { stateWord } from './headline.ts'
import { isPlain, timeLine } from './item-lines.ts'
import { acknowledgeWord, andMore, openWord, toDo, whyWord, wordAndTitle } from './messages.ts'

/** More than a person reads at night; the rest is counted. */
export const shownItems = 50

export function emailText({ kind, items, publicUrl, system }: Notification, words: ChannelWords): string {
  const parts = items.slice(0, shownItems).map((item) => {
    const link = item.acknowledgeUrl
    const lines = [
      ...(isPlain(kind) ? [] : [`${stateWord(item, words)} · ${item.component}`]),
      item.title,
      ...(isPlain(kind) ? [] : [timeLine(item, words)]),
      ...(item.remedy === undefined ? [] : [words.text(toDo({ remedy: item.remedy }))]),
      ...(link === undefined ? [] : [words.text(wordAndTitle({ word: words.text(acknowledgeWord({})), title: link }))]),
    ]
    return lines.join('\n')
  })
  const more = items.length - shownItems
  const open = publicUrl && words.text(wordAndTitle({ word: words.text(openWord({})), title: publicUrl }))
  return [
    ...parts,
    ...(more > 0 ? [words.text(andMore({ count: more }))] : []),
    ...(open === undefined ? [] : [open]),
    // What mail programs know as the line before a signature.
    `-- \n${words.text(whyWord({ system }))}\n`,
  ].join('\n\n')
}
