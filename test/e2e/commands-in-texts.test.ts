import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readyRuleMessages } from '../../src/alerts/catalog.ts'
import { everyChannelKind, everyKind } from '../../src/catalog.ts'
import { commandCatalog } from '../../src/cli/catalog.ts'
import { locales } from '../../src/core/message.ts'
import { allMessages, textsOfChannels } from '../../src/messages.ts'
import { watchTexts } from '../../src/watch/texts.ts'

describe('a command that a text of the program names', () => {
  it('is one that there is: what to do next must not lead nowhere', async () => {
    const commands = await Promise.all(commandCatalog.map(({ load }) => load()))
    const ofCommands = commands.flatMap(({ texts }) => texts)
    const ofChannels = textsOfChannels(await everyChannelKind())
    const texts = [...watchTexts, ...readyRuleMessages, ...ofCommands, ...ofChannels]
    const all = [...new Set([...allMessages(await everyKind()).values(), ...texts])]
    const named = all.flatMap(({ code, renderings }) =>
      locales.flatMap((locale) =>
        [...renderings[locale].toString().matchAll(/(?<![\w./@-])vigie (?<words>[a-z]+(?: [a-z]+)*)/g)].map(
          (found) => ({
            code,
            words: (found.groups?.['words'] ?? '').split(' '),
          }),
        ),
      ),
    )
    const unknown = named.filter(
      ({ words }) => !commandCatalog.some((line) => line.words.every((word, at) => word === words[at])),
    )
    assert.deepEqual(unknown, [])
    assert.ok(named.length >= 60, String(named.length))
  })
})
