import { setTimeout as wait } from 'node:timers/promises'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { type Container, inspectContainer } from './containers.ts'
import type { Engine } from './engine.ts'

/** Without a health check of its own a container is taken for healthy when it stays up so long: a bad start ends at once. */
const settledMs = 5000
const lookEveryMs = 250

const notHealthy = message<{ container: string; state: string; health: string; limitMs: number }>(
  'docker.not-healthy',
  {
    en: (p, f) =>
      `The container ${p.container} did not become healthy within ${f.duration(p.limitMs)}: it is ${p.state}${p.health === 'none' ? '' : `, its health check says ${p.health}`}.`,
    fr: (p, f) =>
      `Le conteneur ${p.container} n'est pas devenu sain en ${f.duration(p.limitMs)} : il est dans l'état « ${p.state} »${p.health === 'none' ? '' : `, son contrôle de santé indique « ${p.health} »`}.`,
  },
)
const notHealthyHint = message<{ container: string }>('docker.not-healthy-hint', {
  en: (p) => `See: docker logs --tail 50 ${p.container}`,
  fr: (p) => `Voyez : docker logs --tail 50 ${p.container}`,
})
export const healthyTexts = [notHealthy, notHealthyHint]

/** Throws `action-refused` for the first one that is not well within the limit, and at once for one that has ended. */
export async function waitHealthy(
  engine: Engine,
  ids: readonly string[],
  { limitMs, signal }: { readonly limitMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const until = performance.now() + limitMs
  const upSince = new Map<string, { readonly startedAt: string; readonly ms: number }>()
  const waiting = new Set(ids)
  while (waiting.size > 0) {
    for (const id of waiting) {
      const now = await inspectContainer(engine, id, signal)
      const { name, state, health } = now
      const isOver = state === 'exited' || state === 'dead' || health === 'unhealthy' || performance.now() > until
      if (isWell(now, upSince)) waiting.delete(id)
      else if (isOver)
        throw new VigieError('action-refused', notHealthy({ container: name, state, health, limitMs }), {
          hint: notHealthyHint({ container: name }),
        })
    }
    if (waiting.size > 0) await wait(lookEveryMs, undefined, signal && { signal })
  }
}

function isWell(
  { id, state, health, startedAt }: Container,
  upSince: Map<string, { readonly startedAt: string; readonly ms: number }>,
): boolean {
  if (state !== 'running') return false
  if (health !== 'none') return health === 'healthy'
  const known = upSince.get(id)
  if (known?.startedAt !== startedAt) {
    upSince.set(id, { startedAt, ms: performance.now() })
    return false
  }
  return performance.now() - known.ms >= settledMs
}
