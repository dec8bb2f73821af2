import type { Alert } from '../core/alert.ts'
import type { ChannelWords, NotificationItem } from '../core/channel.ts'
import { sha256 } from '../core/hash.ts'
import { placedTitle } from '../core/placed-title.ts'
import type { OutboxItem } from '../store/watch-store.ts'
import type { NotifySystem } from './notify-system.ts'
import { channelsFor } from './route.ts'

/**
 * What is to be told of an alert that began to fire or was resolved, one item for each channel: the second argument of
 * `AlertStore.decide`. The ids say alert, change and channel, so that deciding it again tells nothing twice.
 *
 * @param alert firing or resolved; whether it is to be told at all (silences) is the caller's to know
 * @param change what sets this news apart from other news of the alert. Default: its state
 * @param channels in the place of those that the routes name
 * @param linkFor the `acknowledgeUrl` of links.ts for a channel; not asked for a resolved alert
 */
export function announce(
  alert: Alert,
  system: NotifySystem,
  words: ChannelWords,
  at: Date,
  {
    change = alert.state,
    linkFor = () => undefined,
    channels = channelsFor(system, alert),
  }: {
    change?: string
    linkFor?: (channel: string) => string | undefined
    channels?: readonly string[]
  } = {},
): readonly OutboxItem[] {
  return channels.map((channel) => ({
    id: outboxId(alert.id, change, channel),
    system: system.name,
    channel,
    at,
    item: notificationItem(alert, words, alert.state === 'resolved' ? undefined : linkFor(channel)),
  }))
}

/** The id of what is told of an alert's change on a channel: of one length, whatever the names. */
export function outboxId(alert: string, change: string, channel: string): string {
  return `o${sha256([alert, change, channel]).slice(0, 31)}`
}

function notificationItem(alert: Alert, words: ChannelWords, acknowledgeUrl: string | undefined): NotificationItem {
  const isResolved = alert.state === 'resolved'
  return {
    alert: alert.id,
    key: alert.key,
    state: isResolved ? 'resolved' : 'firing',
    severity: alert.severity,
    component: alert.component,
    rule: alert.rule,
    labels: alert.labels,
    value: alert.value,
    title: placedTitle(alert.component, words.text(alert.title), words.format.locale),
    // What to do about something that is over would only be followed.
    remedy: isResolved || alert.remedy === undefined ? undefined : words.text(alert.remedy),
    startedAt: alert.startedAt,
    resolvedAt: alert.resolvedAt,
    acknowledgeUrl,
  }
}
