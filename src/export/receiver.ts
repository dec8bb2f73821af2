import type { z } from 'zod'
import { defaultPort } from '../config/own-address.ts'
import type { ConfiguredChannel, System } from '../config/system.ts'
import type { Text } from '../core/message.ts'
import { isSecretReference, type Secret } from '../core/secret.ts'
import type { alertmanagerChannel } from '../notify/channels/alertmanager.ts'
import type { emailChannel } from '../notify/channels/email.ts'
import { type EmailOptions, smtpPorts } from '../notify/channels/email-options.ts'
import { parseMailbox } from '../notify/channels/mailbox.ts'
import type { slackChannel } from '../notify/channels/slack.ts'
import type { webhookChannel } from '../notify/channels/webhook.ts'
import { secretName } from '../platform/secrets.ts'
import type { Reveal, SecretFile } from './generated-file.ts'
import { badTls, hiddenUrl, hiddenUser, onlyVigie, ownBody } from './messages.ts'
import { plainInTemplate } from './promql.ts'
import { slugOf } from './slugs.ts'

type WebhookOptions = z.output<typeof webhookChannel.options>
type AlertmanagerOptions = z.output<typeof alertmanagerChannel.options>

/** A channel as Alertmanager can tell it, or why Vigie must. */
export type Receiving =
  | { readonly list: 'email_configs' | 'slack_configs' | 'webhook_configs'; readonly config: object }
  | { readonly reason: Text }

interface Part {
  readonly system: System
  readonly channel: ConfiguredChannel
  readonly reveal: Reveal
  readonly secrets: SecretFile[]
}

const title = '{{ .Status | toUpper }} {{ .CommonLabels.alertname }}'
const lines =
  '{{ range .Alerts }}{{ .Labels.severity }} · {{ .Labels.component }} · {{ .Annotations.summary }}{{ with .Annotations.description }} → {{ . }}{{ end }}\n{{ end }}'

export function receivingOf(part: Part): Receiving {
  const { channel } = part
  switch (channel.kind.kind) {
    case 'email':
      return email(part, optionsOf<typeof emailChannel>(channel))
    case 'slack':
      return {
        list: 'slack_configs',
        config: {
          api_url_file: keep(part, 'url', optionsOf<typeof slackChannel>(channel).url),
          send_resolved: true,
          title: `[{{ .CommonLabels.system }}] ${title}`,
          text: lines,
        },
      }
    case 'webhook':
      return webhook(optionsOf<typeof webhookChannel>(channel))
    case 'alertmanager':
      return alertmanager(part, optionsOf<typeof alertmanagerChannel>(channel))
    default:
      return { reason: onlyVigie({ kind: channel.kind.kind }) }
  }
}

/** A cast, since a kind reads its options itself: they have the shape that its schema gives. */
function optionsOf<Kind extends { readonly options: z.ZodType }>({
  options,
}: ConfiguredChannel): z.output<Kind['options']> {
  return options as z.output<Kind['options']>
}

/** Vigie's own address for alerts of an Alertmanager. */
export function vigieReceiver(channels: readonly string[], tokenFile: string): object {
  const query = channels.length === 0 ? '' : `?channels=${channels.map(encodeURIComponent).join(',')}`
  return {
    url: `http://127.0.0.1:${defaultPort}/api/v1/alerts/webhook${query}`,
    send_resolved: true,
    http_config: { authorization: { credentials_file: tokenFile } },
  }
}

function email(part: Part, options: EmailOptions): Receiving {
  const { host, security, user, password, from, allowInvalidCertificate } = options
  const port = options.port ?? smtpPorts[security]
  // Alertmanager begins with TLS on this port, and on no other.
  if ((security === 'tls') !== (port === smtpPorts.tls)) return { reason: badTls({ port, security }) }
  const to = typeof options.to === 'string' ? [options.to] : options.to
  const username = user === undefined ? undefined : openUser(user, [from, ...to], part.reveal)
  if (user !== undefined && username === undefined) return { reason: hiddenUser({ user: secretName(user) }) }
  const config = {
    to: to.map(address).join(', '),
    from: address(from),
    smarthost: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    send_resolved: true,
    require_tls: security === 'starttls',
    ...(username !== undefined &&
      password !== undefined && {
        auth_username: username,
        auth_password_file: keep(part, 'password', password),
      }),
    ...(allowInvalidCertificate && { tls_config: { insecure_skip_verify: true } }),
    headers: { Subject: `[{{ .CommonLabels.system }} Alert] ${title}` },
  }
  return { list: 'email_configs', config }
}

/** What the config says openly, or what is an address that stands there openly: Alertmanager reads it from no file. */
function openUser(user: Secret, mailboxes: readonly string[], reveal: Reveal): string | undefined {
  if (!isSecretReference(user)) return String(user)
  const value = reveal(user)
  return mailboxes.some((one) => parseMailbox(one)?.address === value) ? value : undefined
}

/** An address alone: names may hold what Go's templates or address lists take for their own. */
function address(mailbox: string): string {
  return plainInTemplate(parseMailbox(mailbox)?.address ?? mailbox)
}

function webhook({ url, secret, template, headers }: WebhookOptions): Receiving {
  if (secret !== undefined || template !== undefined || Object.keys(headers).length > 0) return { reason: ownBody({}) }
  if (isSecretReference(url)) return { reason: hiddenUrl({ url: secretName(url) }) }
  return { list: 'webhook_configs', config: { url, send_resolved: true } }
}

function alertmanager(part: Part, { url, token }: AlertmanagerOptions): Receiving {
  if (isSecretReference(url)) return { reason: hiddenUrl({ url: secretName(url) }) }
  const authorization = token && { authorization: { credentials_file: keep(part, 'token', token) } }
  return { list: 'webhook_configs', config: { url, send_resolved: true, http_config: authorization } }
}

function keep({ system, channel, reveal, secrets }: Part, what: string, secret: Secret): string {
  const path = `secrets/${slugOf(`${system.name} ${channel.name} ${what}`)}`
  const value = isSecretReference(secret) ? reveal(secret) : String(secret)
  secrets.push({ path, source: `${channel.name} ${isSecretReference(secret) ? secretName(secret) : what}`, value })
  return path
}
