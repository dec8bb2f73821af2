import type { AnyChannelKind, ChannelLibrary } from '../core/channel.ts'

/** Every channel kind that comes with Vigie; each is loaded when a config names it. */
export const channelCatalog = {
  email: async () => (await import('./channels/email.ts')).emailChannel,
  slack: async () => (await import('./channels/slack.ts')).slackChannel,
  webhook: async () => (await import('./channels/webhook.ts')).webhookChannel,
  alertmanager: async () => (await import('./channels/alertmanager.ts')).alertmanagerChannel,
} as const satisfies Readonly<Record<string, () => Promise<AnyChannelKind>>>

export const shippedChannels: ChannelLibrary = {
  names: Object.keys(channelCatalog),
  load: async (names) =>
    Promise.all(Object.entries(channelCatalog).flatMap(([name, load]) => (names.includes(name) ? [load()] : []))),
}
