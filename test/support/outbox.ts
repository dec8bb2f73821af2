import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openStore } from '../../src/store/open.ts'
import type { ScratchSystem } from './scratch-system.ts'

/** Settles when nothing is left to be told in the state beside a config: no message waits, and nothing makes another. */
export async function allTold({ dir }: Pick<ScratchSystem, 'dir'>, system: string): Promise<void> {
  const store = await openStore({ kind: 'sqlite', dir: join(dir, '.vigie') })
  const deadline = performance.now() + 60_000
  try {
    for (;;) {
      const waiting = await store.outbox.list({ system, state: 'waiting', limit: 1000 })
      const left = [...waiting, ...(await store.outbox.looseChannels([system]))].map(({ channel }) => channel)
      if (left.length === 0) return
      assert.ok(performance.now() < deadline, `still to be told: ${left.join(', ')}`)
      await wait(50)
    }
  } finally {
    await store.close()
  }
}
