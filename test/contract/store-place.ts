import type { StoreLocation } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

/** A store of its own for each test; `open` may be called again for a second connection to the same state. */
export interface StorePlace {
  readonly location: StoreLocation
  open(): Promise<Store>
  /** Runs one statement past the store, as someone who tampers with it would. */
  tamper(sql: string): Promise<void>
  remove(): Promise<void>
}

/** Gives the test a fresh store and cleans up after it, whatever happened. */
export async function withStore(
  place: () => Promise<StorePlace>,
  work: (store: Store, place: StorePlace) => Promise<void>,
): Promise<void> {
  const here = await place()
  try {
    const store = await here.open()
    try {
      await work(store, here)
    } finally {
      await store.close()
    }
  } finally {
    await here.remove()
  }
}
