import type { Alert } from '../../src/core/alert.ts'
import type { NotificationItem } from '../../src/core/channel.ts'
import type { Claim, MessageRow, OutboxItem } from '../../src/store/watch-store.ts'
import { at } from './store-samples.ts'

export const anAlert = (id: string, changes: Partial<Alert> = {}): Alert => ({
  id,
  system: 'shop',
  key: `api/${id}`,
  source: 'rule',
  rule: 'host_cpu_ratio > 80% for 5m',
  component: 'api',
  labels: { host: 'srv-1', path: '/é\u0000' },
  severity: 'high',
  state: 'firing',
  title: { code: 'alerts.above', params: { value: 0.1 + 0.2, limit: 0.8 } },
  remedy: undefined,
  value: 0.1 + 0.2,
  startedAt: at(0),
  firedAt: at(300),
  resolvedAt: undefined,
  acknowledgedAt: undefined,
  acknowledgedBy: undefined,
  silencedBy: undefined,
  ...changes,
})

export const anItem = (alert: string, changes: Partial<NotificationItem> = {}): NotificationItem => ({
  alert,
  key: `api/${alert}`,
  state: 'firing',
  severity: 'high',
  component: 'api',
  rule: 'host_cpu_ratio > 80% for 5m',
  labels: { host: 'srv-1' },
  value: 0.91,
  title: `CPU of srv-1 é\u0000\u{1F600}`,
  remedy: undefined,
  startedAt: at(0),
  resolvedAt: undefined,
  acknowledgeUrl: undefined,
  ...changes,
})

export const anOutboxItem = (id: string, changes: Partial<OutboxItem> = {}): OutboxItem => ({
  id,
  system: 'shop',
  channel: 'team',
  at: at(300),
  item: anItem(id),
  ...changes,
})

export const aMessage = (id: string, changes: Partial<MessageRow> = {}): MessageRow => ({
  id,
  system: 'shop',
  channel: 'team',
  kind: 'alerts',
  at: at(300),
  state: 'waiting',
  attempts: 0,
  nextAttemptAt: at(300),
  lastError: undefined,
  deliveredAt: undefined,
  fallbackOf: undefined,
  items: [],
  ...changes,
})

export const aClaim = (sender: string, seconds: number, changes: Partial<Claim> = {}): Claim => ({
  sender,
  systems: ['shop'],
  now: at(seconds),
  until: at(seconds + 60),
  latestAttempt: at(seconds + 3600),
  except: [],
  ...changes,
})
