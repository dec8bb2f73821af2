import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aNotification, anItem, wordsIn } from '../../test/support/notifications.ts'
import { slackChannel } from '../notify/channels/slack.ts'
import { readChat } from './chat.ts'

describe('the chat of the demo', () => {
  it('shows what the Slack channel posts, one by one, each with its button', () => {
    const items = [
      anItem({ title: 'a <b> & c', acknowledgeUrl: 'https://vigie.example.org/a/x' }),
      anItem({ alert: 'a2', state: 'resolved', resolvedAt: new Date('2026-11-21T09:05:00Z'), remedy: undefined }),
    ]
    const posted = slackChannel.render(aNotification({ items }), { url: 'https://x' }, wordsIn('fr'))
    const shown = readChat(JSON.stringify(posted))
    assert.equal(shown?.items.length, 2)
    const [first, second] = shown.items
    assert.ok(first?.lines.includes('a <b> & c'))
    assert.deepEqual(first?.button, { text: 'Je prends', url: 'https://vigie.example.org/a/x' })
    assert.equal(second?.button, undefined)
  })

  it('takes nothing else', () => {
    for (const body of ['', 'no JSON', '{}', '[]', '{"text":5}']) assert.equal(readChat(body), undefined)
    assert.deepEqual(readChat('{"text":"hello"}'), { text: 'hello', items: [] })
  })
})
