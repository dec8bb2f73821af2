import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, type Locale, messageMap } from '../core/message.ts'
import type { Labels } from '../core/series.ts'
import { alertRulesOf } from './alert-rule.ts'
import { alertMessages } from './messages.ts'
import { titleOf } from './titles.ts'

interface Case {
  readonly rule: string
  readonly labels: Labels
  readonly value: number
  readonly en: string
  readonly fr: string
}

const cases: readonly Case[] = [
  {
    rule: 'avg(node_free_bytes{mount="/"}, 5m) < 5GB for 10m',
    labels: { component: 'host', mount: '/', disk: 'sda' },
    value: 4e9,
    en: 'host sda: avg(node_free_bytes{mount="/"}, 5m) is 4 GB, below 5 GB for 10 min',
    fr: 'host sda : avg(node_free_bytes{mount="/"}, 5m) vaut 4 Go, au-dessous de 5 Go depuis 10 min',
  },
  {
    rule: 'burn(slo=99.9%, bad=errors_total, total=requests_total)',
    labels: { component: 'api' },
    value: 20.123,
    en: 'api: the error budget of 99.9% is spent 20.1 times too fast over 1 h (errors_total of requests_total)',
    fr: "api : le budget d'erreurs de 99,9 % se consomme 20,1 fois trop vite sur 1 h (errors_total sur requests_total)",
  },
  {
    rule: 'absent(beat{job="night"}) for 10m',
    labels: { component: 'cron', job: 'night' },
    value: 660,
    en: 'cron: nothing was heard of beat{job="night"} for 11 min',
    fr: 'cron : aucune nouvelle de beat{job="night"} depuis 11 min',
  },
  {
    rule: 'absent(orders_total) for 10m',
    labels: {},
    value: 660,
    en: 'nothing was heard of orders_total for 11 min',
    fr: 'aucune nouvelle de orders_total depuis 11 min',
  },
]

const said = (one: Case, locale: Locale): string => {
  const [rule] = alertRulesOf(one.rule)
  assert.ok(rule)
  const renderer = createRenderer(messageMap(alertMessages), createFormatter(locale))
  return renderer.render(titleOf(rule, one.labels, one.value)).replace(/[\u00a0\u202f]/g, ' ')
}

describe('the title of an alert', () => {
  for (const one of cases) {
    it(`of ${one.rule} says what is wrong, where and by how much, in both languages`, () => {
      assert.equal(said(one, 'en'), one.en)
      assert.equal(said(one, 'fr'), one.fr)
    })
  }

  it('does not say of one that is still pending that it held for its time', () => {
    const [rule] = alertRulesOf('host_cpu_ratio > 80% for 5m')
    assert.ok(rule)
    const renderer = createRenderer(messageMap(alertMessages), createFormatter('en'))
    const title = renderer.render(titleOf(rule, { component: 'web' }, 0.97, 'pending'))
    assert.equal(title, 'web: host_cpu_ratio is 97%, above 80%')
  })
})
