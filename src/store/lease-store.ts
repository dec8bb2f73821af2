export interface LeaseRow {
  readonly name: string
  readonly holder: string
  readonly host: string
  readonly pid: number
  /** Where `pid` means something: one boot of one machine, one process name space. Undefined where nothing tells. */
  readonly place: string | undefined
  readonly acquiredAt: Date
  readonly expiresAt: Date
}

export interface LeaseStore {
  /** Takes a free or expired lease, or one whose holder is `replaceable`; undefined when taken, else the present holder. */
  acquire(lease: LeaseRow, replaceable?: (current: LeaseRow) => boolean): Promise<LeaseRow | undefined>
  /** False when it is no longer ours. */
  renew(name: string, holder: string, expiresAt: Date): Promise<boolean>
  release(name: string, holder: string): Promise<void>
  list(): Promise<readonly LeaseRow[]>
}
