import { VigieError } from '../../core/errors.ts'
import { type AlertmanagerWebhook, readWebhook } from '../alertmanager-webhook.ts'
import { noTokenSet, tokenHint, tokenNeeded } from '../messages.ts'
import { json, type Route } from '../route.ts'
import { isSameSecret } from '../same-secret.ts'

export interface AlertmanagerPart {
  /** What the sender must know; undefined when nobody may send. Read anew for each request. */
  token(): string | undefined
  /**
   * Takes in what was sent. What it returns from is kept; a throw lets Alertmanager send it again.
   *
   * @param channels who is to be told, as `?channels=a,b` says; undefined: whom the routes of the config name
   */
  handle(webhook: AlertmanagerWebhook, channels: readonly string[] | undefined): Promise<void>
}

const maxBodyBytes = 1_000_000

/** Alerts of an Alertmanager: its webhook, version 4. */
export function alertmanagerRoute(part: AlertmanagerPart): Route {
  return {
    name: 'alertmanager',
    path: /^\/api\/v1\/alerts\/webhook$/,
    methods: ['POST'],
    handle: async (request) => {
      const token = part.token()
      const sent = /^Bearer +([^\s]+)$/i.exec(request.header('authorization') ?? '')?.[1]
      const headers = { 'www-authenticate': 'Bearer' }
      if (token === undefined) return { error: new VigieError('unauthorized', noTokenSet({})), headers }
      // Compared also when nothing was sent, so that both take the same time.
      const isKnown = isSameSecret(sent ?? '', token)
      if (sent === undefined || !isKnown) {
        return { error: new VigieError('unauthorized', tokenNeeded({}), { hint: tokenHint({}) }), headers }
      }
      const webhook = readWebhook(await request.body(maxBodyBytes))
      if (webhook instanceof VigieError) return { error: webhook }
      await part.handle(webhook, request.query.get('channels')?.split(','))
      return json({ status: 'accepted', alerts: webhook.alerts.length })
    },
  }
}
