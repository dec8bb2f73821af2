import { message } from '../../core/message.ts'
import { figure, limitText, placeIn, type TitleParams } from '../title-words.ts'
import type { ReadyRule } from './ready-rule.ts'

const queue = message<TitleParams>('alerts.queue', {
  en: (p, f) =>
    `${placeIn(p)}: the queue grows by ${f.number(p.value * 60)} messages a minute${p.forMs > 0 ? `, for ${f.duration(p.forMs)}` : ''}`,
  fr: (p, f) =>
    `${placeIn(p)} : la file s'allonge de ${f.number(p.value * 60)} messages par minute${p.forMs > 0 ? `, depuis ${f.duration(p.forMs)}` : ''}`,
})
const queueRemedy = message('alerts.queue-remedy', {
  en: () => 'Are its consumers alive, and fast enough? rabbitmqctl list_queues name messages consumers',
  fr: () => 'Ses consommateurs vivent-ils, et suivent-ils ? rabbitmqctl list_queues name messages consumers',
})
const connections = message<TitleParams>('alerts.connections', {
  en: (p, f) => `${placeIn(p)}: ${figure(p.value, p.family, f)} of the connections are taken, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : ${figure(p.value, p.family, f)} des connexions sont prises, ${limitText(p, f)}`,
})
const connectionsRemedy = message('alerts.connections-remedy', {
  en: () =>
    'See who holds them: SELECT application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC',
  fr: () =>
    'Voyez qui les tient : SELECT application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC',
})
const waiting = message<TitleParams>('alerts.waiting-sessions', {
  en: (p, f) =>
    `${placeIn(p)}: ${f.plural(p.value, { one: '1 session waits', other: `${f.number(p.value)} sessions wait` })} for a lock${p.forMs > 0 ? `, for ${f.duration(p.forMs)}` : ''}`,
  fr: (p, f) =>
    `${placeIn(p)} : ${f.plural(p.value, { one: '1 session attend', other: `${f.number(p.value)} sessions attendent` })} un verrou${p.forMs > 0 ? `, depuis ${f.duration(p.forMs)}` : ''}`,
})
const waitingRemedy = message('alerts.waiting-sessions-remedy', {
  en: () =>
    "See who blocks whom: SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
  fr: () =>
    "Voyez qui bloque qui : SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
})
const backup = message<TitleParams>('alerts.backup', {
  en: (p, f) => `${placeIn(p)}: the last good backup is ${figure(p.value, p.family, f)} old, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : la dernière sauvegarde réussie a ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const backupRemedy = message('alerts.backup-remedy', {
  en: () => 'Read in its own log why the last one failed, then make one by hand',
  fr: () => 'Lisez dans son journal pourquoi la dernière a échoué, puis faites-en une à la main',
})

/**
 * A queue that grows for a quarter of an hour, whatever its level (below 100 messages it only breathes). Connections as
 * the guides say: below 80 % of the pool. A daily backup is late after a day and two hours.
 */
export const dataRules: readonly ReadyRule[] = [
  {
    id: 'queue-growth',
    rule: 'slope(rabbitmq_queue_messages, 10m) > 0 and rabbitmq_queue_messages > 100 for 15m as high',
    title: queue,
    remedy: queueRemedy,
  },
  {
    id: 'postgres-connections',
    rule: 'postgres_connections_ratio > 90% for 5m as high',
    title: connections,
    remedy: connectionsRemedy,
  },
  {
    id: 'postgres-connections-warning',
    rule: 'postgres_connections_ratio > 80% for 5m as medium',
    title: connections,
    remedy: connectionsRemedy,
    weakerThan: 'postgres-connections',
  },
  {
    id: 'postgres-locks',
    rule: 'postgres_waiting_sessions > 0 for 5m as medium',
    title: waiting,
    remedy: waitingRemedy,
  },
  {
    id: 'backup-age',
    rule: 'age(backup_last_success_timestamp_seconds) > 26h as high',
    title: backup,
    remedy: backupRemedy,
  },
]
