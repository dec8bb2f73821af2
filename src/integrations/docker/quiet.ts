import type { VolumeOptions } from './options.ts'

/** What is done to those who write while a volume is copied. */
export type Quiet = 'none' | 'stop' | 'pause' | 'live'

/** `refused`: data of PostgreSQL are never copied while a server writes them; the files would not fit together. */
export function quietFor(
  whileInUse: VolumeOptions['whileInUse'],
  { hasWriters, holdsPostgres }: { readonly hasWriters: boolean; readonly holdsPostgres: boolean },
): Quiet | 'refused' {
  if (!hasWriters) return 'none'
  if (whileInUse === 'auto') return holdsPostgres ? 'stop' : 'pause'
  return whileInUse === 'live' && holdsPostgres ? 'refused' : whileInUse
}
