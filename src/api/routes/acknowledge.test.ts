import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { startApi, type TestApi } from '../../../test/support/api.ts'
import type { Alert } from '../../core/alert.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { AuditDraft } from '../../store/audit-log.ts'
import { acknowledgeAlert } from '../acknowledge-alert.ts'

const diskFull = message<{ path: string }>('test.disk', {
  en: (p) => `${p.path} is full`,
  fr: (p) => `${p.path} est plein`,
})
const clean = message('test.clean', { en: () => 'Clean it: <b>vigie cleanup</b>', fr: () => 'Nettoyez-le' })
const locked = message('test.locked', { en: () => 'locked', fr: () => 'verrouillé' })

const firing: Alert = {
  id: 'a1',
  system: 'shop',
  key: 'disk /',
  source: 'rule',
  rule: 'host_disk_ratio > 90%',
  component: 'host',
  labels: {},
  severity: 'critical',
  state: 'firing',
  title: diskFull({ path: '</h1><script>alert(1)</script>"\u001b[2J' }),
  remedy: clean({}),
  value: 0.99,
  startedAt: new Date('2026-01-05T02:50:00Z'),
  firedAt: new Date('2026-01-05T02:50:00Z'),
  resolvedAt: undefined,
  acknowledgedAt: undefined,
  acknowledgedBy: undefined,
  silencedBy: undefined,
}
const now = new Date('2026-01-05T03:00:00Z')

describe('a link to acknowledge', () => {
  let server: TestApi
  let alert: Alert | undefined
  let isBroken = false
  const audit: AuditDraft[] = []
  before(async () => {
    const store = {
      alerts: {
        acknowledge: async (_id: string, by: string, at: Date) => {
          if (isBroken) throw new VigieError('store-unwritable', locked({}))
          if (alert === undefined || alert.acknowledgedAt !== undefined || alert.resolvedAt !== undefined) return false
          alert = { ...alert, acknowledgedAt: at, acknowledgedBy: by }
          return true
        },
      },
      audit: {
        append: async (draft: AuditDraft) => ({ ...draft, seq: audit.push(draft), previousHash: '', hash: '' }),
      },
    }
    server = await startApi(
      {
        acknowledge: {
          verifyToken: async (token) =>
            token === 'good' ? { alert: 'a1', by: 'Zoé <zoe@x>' } : { reason: token === 'old' ? 'expired' : 'invalid' },
          find: async () => alert,
          acknowledge: (id, by) => acknowledgeAlert(store, { now: () => now, monotonicMs: () => 0 }, id, by),
          timeZone: () => 'Europe/Paris',
          now: () => now,
        },
      },
      [diskFull, clean, locked],
    )
  })
  beforeEach(() => {
    alert = firing
    isBroken = false
    audit.length = 0
  })
  after(() => server.api.close())

  const page = async (
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; html: string; headers: Headers }> => {
    const answer = await server.get(path, init)
    return { status: answer.status, html: await answer.text(), headers: answer.headers }
  }

  it('shows what it is, how bad, since when, what to do, and one button, in the language of the reader', async () => {
    const { status, html } = await page('/a/good', { headers: { 'accept-language': 'fr' } })
    assert.equal(status, 200)
    for (const part of [
      'lang="fr"',
      'Gravité critique',
      'host',
      'shop',
      'lun. 5 janv., 03:50',
      '10\u00a0min',
      'Nettoyez-le',
    ]) {
      assert.ok(html.includes(part), `${part}: ${html}`)
    }
    assert.deepEqual(html.match(/<button>[^<]*<\/button>/g), ['<button>Je prends</button>'])
    assert.match((await page('/a/good')).html, /<html lang="en">[\s\S]*<button>I take it<\/button>/)
  })

  it('is a page of the phone, light and dark, that runs nothing and loads nothing', async () => {
    const { html, headers } = await page('/a/good')
    assert.match(html, /name="viewport" content="width=device-width/)
    assert.match(html, /prefers-color-scheme:dark/)
    assert.doesNotMatch(html, /<script|<img|<link|https?:| on\w+=/i)
    assert.ok(!html.includes('\u001b'))
    assert.match(html, /&lt;\/h1&gt;&lt;script&gt;/)
    assert.match(html, /Clean it: &lt;b&gt;/)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
  })

  it('changes nothing for a client that opens every link it finds, again and again, as scanners do', async () => {
    for (let round = 0; round < 3; round++) {
      for (const init of [{}, { method: 'HEAD' }, { headers: { 'sec-purpose': 'prefetch' } }]) {
        const { status, html } = await page('/a/good', init)
        assert.equal(status, 200)
        const links = [...html.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, link]) => link ?? '')
        for (const link of links) await server.get(new URL(link, `${server.url}/a/good`).pathname)
      }
    }
    await server.get('/a/good', { method: 'OPTIONS' })
    assert.equal(alert?.acknowledgedAt, undefined)
    assert.deepEqual(audit, [])
  })

  it('takes the alert by its button, once, into the audit', async () => {
    const first = await page('/a/good', { method: 'POST' })
    assert.equal(first.status, 200)
    assert.match(first.html, /You have it/)
    assert.doesNotMatch(first.html, /<button/)
    const second = await page('/a/good', { method: 'POST' })
    assert.match(second.html, /Taken by Zoé &lt;zoe@x&gt;, Mon 5 Jan, 04:00/)
    assert.doesNotMatch(second.html, /You have it|<button/)
    assert.deepEqual(audit, [{ at: now, actor: 'Zoé <zoe@x>', event: 'alert.acknowledged', subject: { alert: 'a1' } }])
  })

  it('is for one of many who press at the same time', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => page('/a/good', { method: 'POST' })))
    assert.equal(pages.filter(({ html }) => html.includes('You have it')).length, 1)
    assert.equal(audit.length, 1)
  })

  it('says that there is nothing left to take when it is over', async () => {
    alert = { ...firing, state: 'resolved', resolvedAt: now }
    const { html } = await page('/a/good', { method: 'POST' })
    assert.match(html, /It is over since/)
    assert.doesNotMatch(html, /<button|You have it/)
    assert.deepEqual(audit, [])
  })

  const refusals: readonly (readonly [string, string, number, RegExp])[] = [
    ['that was cut', '/a/goo', 404, /not one of ours/],
    ['that has expired', '/a/old', 410, /has expired/],
  ]
  for (const [what, path, status, text] of refusals) {
    it(`${what} says so and does nothing, by GET and POST`, async () => {
      for (const method of ['GET', 'POST']) {
        const got = await page(path, { method })
        assert.equal(got.status, status)
        assert.match(got.html, text)
        assert.doesNotMatch(got.html, /is full/)
      }
      assert.deepEqual(audit, [])
    })
  }

  it('of an alert that is not known any more says so', async () => {
    alert = undefined
    assert.equal((await page('/a/good')).status, 410)
  })

  it('never says that it is taken when that could not be written down', async () => {
    isBroken = true
    const { status, html } = await page('/a/good', { method: 'POST' })
    assert.equal(status, 503)
    assert.match(html, /not yours yet/)
    assert.doesNotMatch(html, /You have it/)
  })
})
