import { createHash, timingSafeEqual } from 'node:crypto'
import { VigieError } from '../core/errors.ts'
import type { Heartbeat } from './heartbeat.ts'
import { keyTwice } from './messages.ts'
import { readKey } from './read-key.ts'

/** The heartbeats of a daemon by their ping keys. */
export interface KeyRing {
  /** Takes as long for a key that is not there, or nearly there, as for one that is. */
  find(key: string): Heartbeat | undefined
}

/** Reads every key. Throws what `readKey` throws, and `config-invalid` when two heartbeats share one. */
export async function createKeyRing(heartbeats: readonly Heartbeat[]): Promise<KeyRing> {
  const entries: { readonly heartbeat: Heartbeat; readonly digest: Buffer }[] = []
  for (const heartbeat of heartbeats) {
    const digest = digestOf(await readKey(heartbeat))
    const other = entries.find((one) => one.digest.equals(digest))?.heartbeat
    if (other !== undefined) {
      throw new VigieError('config-invalid', keyTwice({ name: nameOf(heartbeat), other: nameOf(other) }))
    }
    entries.push({ heartbeat, digest })
  }
  return {
    find: (key) => {
      const asked = digestOf(key)
      // All of them are compared, whichever it is.
      let found: Heartbeat | undefined
      for (const { heartbeat, digest } of entries) if (timingSafeEqual(digest, asked)) found = heartbeat
      return found
    },
  }
}

/** Digests have one length, and nothing of a key can be learned from how far two of them agree. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function nameOf({ system, name }: Heartbeat): string {
  return `${system}/${name}`
}
