import { VigieError } from '../../core/errors.ts'
import type { Text } from '../../core/message.ts'
import { json, type Route } from '../route.ts'

/** Whether the watch can do its work: configs loaded, schedule running, state store writable. */
export type Readiness =
  | { readonly isReady: true }
  | { readonly isReady: false; readonly reason: Text; readonly hint?: Text }

export function readyRoute(readiness: () => Promise<Readiness>): Route {
  return {
    name: 'ready',
    path: /^\/-\/ready$/,
    methods: ['GET'],
    handle: async () => {
      const now = await readiness()
      if (now.isReady) return json({ status: 'ready' })
      return { error: new VigieError('not-ready', now.reason, now.hint === undefined ? {} : { hint: now.hint }) }
    },
  }
}
