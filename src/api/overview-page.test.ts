import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startApi } from '../../test/support/api.ts'
import { rawHttp } from '../../test/support/raw-http.ts'
import type { Alert } from '../core/alert.ts'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, type Locale, locales, message, messageMap } from '../core/message.ts'
import { requestRate, responseTime } from './figure-titles.ts'
import { apiMessages } from './messages.ts'
import type { FigureView, LookView, Overview, SystemView } from './overview.ts'
import { overviewPage, verdictOf } from './overview-page.ts'

const say = message<{ text: string }>('test.say', { en: (p) => p.text, fr: (p) => p.text })
const now = new Date('2026-11-21T11:00:00Z')
const before = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)
const good: LookView = {
  name: 'status',
  isCheck: true,
  status: 'pass',
  reason: say({ text: 'fine' }),
  at: before(5),
  everyMs: 60_000,
}
const figure: FigureView = {
  ...{ title: responseTime({ share: 95 }), subject: '', unit: 'seconds', value: 0.187, at: before(4), everyMs: 15_000 },
  day: [undefined, 0.1, 0.3],
}
const alert: Alert = {
  ...{ id: 'a1', system: 'Shop', key: 'k', source: 'rule', rule: 'r', component: 'api', labels: {}, severity: 'high' },
  ...{ state: 'firing', title: say({ text: 'api is down' }), remedy: say({ text: 'start it' }), value: undefined },
  ...{ startedAt: before(300), firedAt: before(300), resolvedAt: undefined, acknowledgedAt: undefined },
  ...{ acknowledgedBy: undefined, silencedBy: undefined },
}
const system = (over: Partial<SystemView> = {}, looks = [good], figures = [figure]): SystemView => ({
  ...{ name: 'Shop', timeZone: 'Europe/Paris', alerts: [] },
  components: [{ name: 'api', kind: 'http', looks, figures }],
  ...over,
})
const messages = messageMap([...apiMessages, say])
function page(systems: readonly SystemView[], locale: Locale = 'en', problem?: Overview['problem']): string {
  const shown = overviewPage({ now, problem, systems }, (timeZone) => {
    const format = createFormatter(locale, timeZone)
    const renderer = createRenderer(messages, format)
    return { format, text: (text) => renderer.render(text) }
  })
  return shown.body
}
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/[ \n]+/g, ' ')

describe('the page of the watch', () => {
  const verdicts: readonly (readonly [what: string, system: SystemView, status: string, says: RegExp])[] = [
    ['all well', system(), 'pass', /All well: 1 check, the last 5.s ago/],
    ['what fires', system({ alerts: [alert] }), 'fail', /1 alert fires/],
    ['what only begins', system({ alerts: [{ ...alert, state: 'pending' }] }), 'pass', /All well/],
    ['a check that fails', system({}, [{ ...good, status: 'fail' }]), 'fail', /1 of 1 checks fail/],
    [
      'what could not be told',
      system({}, [good, { ...good, status: 'error' }]),
      'error',
      /1 of 2 checks could not tell/,
    ],
    ['a look that is old', system({}, [{ ...good, at: before(300) }]), 'error', /could not tell/],
    ['no look yet', system({}, [{ ...good, status: undefined, at: undefined }]), 'error', /could not tell/],
    ['a warning', system({}, [{ ...good, status: 'warn' }]), 'warn', /warn/],
    ['nothing that is watched', system({ components: [] }), 'none', /Nothing is watched/],
  ]
  for (const [what, view, status, says] of verdicts) {
    it(`says of ${what} no more than is known`, () => {
      assert.equal(verdictOf(view, now).status, status)
      assert.match(textOf(page([view])), says)
      if (status !== 'pass') assert.doesNotMatch(page([view]), /All well/)
    })
  }

  it('names what fires first, with who has it and what to do', () => {
    const taken = {
      ...alert,
      id: 'a2',
      acknowledgedAt: before(60),
      acknowledgedBy: 'Léa',
      severity: 'critical',
    } as const
    const html = page([system({ name: 'Blog' }), system({ alerts: [{ ...alert, silencedBy: 's1' }, taken] })])
    const text = textOf(html)
    assert.ok(text.indexOf('api is down') < text.indexOf('Blog'))
    assert.ok(text.indexOf('Severity critical') < text.indexOf('Severity high'))
    for (const part of [/Taken by Léa/, /→ start it/, /vigie alerts ack a1 --by NAME/, /silenced by s1/, /for 5.min/])
      assert.match(text, part)
  })

  it('shows a number with its unit and age, and never an old one as one of now', () => {
    assert.match(textOf(page([system()])), /Response time p95 .*max 300.ms 187.ms 4.s ago/)
    const old = page([system({}, [good], [{ ...figure, at: before(300) }])])
    assert.match(textOf(old), /187.ms last seen 5.min ago/)
    assert.match(old, /class="value is-old"/)
    assert.match(
      textOf(page([system({}, [{ ...good, at: before(300) }])])),
      /no news, before: pass .*last seen 5.min ago/,
    )
    const rate = { ...figure, title: requestRate({}), unit: 'per-second', value: 12.345 } as const
    assert.match(textOf(page([system({}, [good], [rate])], 'fr')), /Requêtes par seconde .* 12,35\/s il y a 4.s/)
  })

  it('tells when the watch itself is not well', () => {
    assert.match(textOf(page([system()], 'en', say({ text: 'disk full' }))), /The watch itself is not well: disk full/)
  })

  it('is whole in both languages, each status with a glyph and a word', () => {
    const looks = ['pass', 'warn', 'fail', 'error', 'skipped'].map((status) => ({ ...good, name: status, status }))
    for (const locale of locales) {
      const html = page([system({ alerts: [alert] }, looks)], locale, say({ text: 'x' }))
      assert.doesNotMatch(html, /undefined|NaN|api\.|\{&quot;/)
      const words = [...html.matchAll(/class="glyph">(.)<.*?class="word">([^<]+)</g)].map(
        ([, glyph, word]) => `${glyph} ${word}`,
      )
      assert.equal(new Set(words).size, 5)
    }
    assert.match(textOf(page([system({}, looks)], 'fr')), /en échec .* indéterminé .* à surveiller .* réussi/)
  })

  it('shows what others wrote as text, and keeps no rule or script of theirs', () => {
    const bad = `</b><script>alert(1)</script>"'&\u001b[2J\u202e`
    const hostile = { ...good, name: bad, reason: say({ text: bad }) }
    const html = page([
      system(
        {
          name: bad,
          alerts: [{ ...alert, title: say({ text: bad }), remedy: say({ text: bad }), acknowledgedBy: bad }],
        },
        [hostile],
        [{ ...figure, subject: bad }],
      ),
    ])
    assert.doesNotMatch(html, /<script| style=| on\w+=/)
    for (const obeyed of ['\u001b', '\u202e']) assert.ok(!html.includes(obeyed))
  })
})

describe('GET /', () => {
  const overview = {
    isLoopback: () => true,
    look: async (): Promise<Overview> => ({ now, problem: undefined, systems: [system()] }),
  }

  it('gives the page in the language that is asked for, with nothing but its own style', async () => {
    const { get, api } = await startApi({ overview }, [say])
    const [french, english] = await Promise.all(
      ['fr-FR,fr;q=0.9,en;q=0.5', 'en'].map((language) => get('/', { headers: { 'accept-language': language } })),
    )
    const html = (await french?.text()) ?? ''
    assert.match(html, /<html lang="fr">[\s\S]*<title>Shop · Vigie<\/title>[\s\S]*Tout va bien/)
    assert.match((await english?.text()) ?? '', /<html lang="en">[\s\S]*All well/)
    const policy = french?.headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-\S+' 'sha256-\S+'; form-action 'self'; base-uri 'none'/,
    )
    assert.equal((html.match(/<style>/g) ?? []).length, 2)
    assert.doesNotMatch(html, /<script|<link|<img|src=|href=/)
    assert.match(html, /<meta http-equiv="refresh" content="30">/)
    await api.close()
  })

  it('is not there for other addresses, proxies and foreign names, and says why', async () => {
    const { get, api, url } = await startApi({ overview }, [say])
    const asOf = (host: string) => rawHttp(url, `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
    const asked = await Promise.all(
      [{ 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }, { via: '1.1 proxy' }].map((headers) =>
        get('/', { headers: { ...headers, 'accept-language': 'en' } }),
      ),
    )
    for (const answer of asked) {
      assert.equal(answer.status, 404)
      assert.match(await answer.text(), /Accounts come with the dashboard/)
    }
    const hosts = ['evil.example', '127.0.0.1.evil.example', '', 'localhost:9000', '[::1]:80', '127.0.0.1']
    const statuses = await Promise.all(hosts.map(async (host) => (await asOf(host)).status))
    assert.deepEqual(statuses, [404, 404, 404, 200, 200, 200])
    await api.close()
    const open = await startApi({ overview: { ...overview, isLoopback: () => false } }, [say])
    assert.equal((await open.get('/')).status, 404)
    await open.api.close()
  })
})
