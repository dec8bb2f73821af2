import type { System } from '../config/system.ts'
import type { SignOffStore } from '../store/sign-off-store.ts'
import type { HeartbeatRow, HeartbeatStore } from '../store/watch-store.ts'
import { type Heartbeat, heartbeatsOf } from './heartbeat.ts'
import { type HeartbeatVerdict, judgeHeartbeat } from './judge-heartbeat.ts'

export interface SeenHeartbeat {
  readonly heartbeat: Heartbeat
  readonly state: HeartbeatRow | undefined
  readonly verdict: HeartbeatVerdict
}

/** Every heartbeat of a system as it stands now. One that is new is known from the first look on. */
export async function lookAtHeartbeats(
  system: System,
  store: { readonly heartbeats: HeartbeatStore; readonly signOffs: SignOffStore },
  now: Date,
): Promise<readonly SeenHeartbeat[]> {
  const heartbeats = heartbeatsOf(system)
  if (heartbeats.length === 0) return []
  const states = new Map((await store.heartbeats.list(system.name)).map((state) => [state.name, state]))
  // No step has a colon in its id.
  const idOf = ({ name }: Heartbeat): string => `heartbeat:${name}`
  const firstSeen = await store.signOffs.firstSeen(system.name, heartbeats.map(idOf), now)
  return heartbeats.map((heartbeat) => {
    const state = states.get(heartbeat.name)
    const knownSince = firstSeen.get(idOf(heartbeat)) ?? now
    return { heartbeat, state, verdict: judgeHeartbeat(heartbeat, { state, knownSince }, now) }
  })
}
