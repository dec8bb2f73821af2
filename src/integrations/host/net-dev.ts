export interface InterfaceCounters {
  readonly name: string
  readonly rxBytes: number
  readonly txBytes: number
  /** Both ways. */
  readonly packets: number
  /** Errors and drops, both ways. */
  readonly faults: number
}

/**
 * The counters of interfaces since they are up, from /proc/net/dev (proc(5)). Left out are the loopback and the virtual
 * cables of containers: their names change with every start, and what they lose shows on the bridge.
 */
export function networkCounters(dev: string): readonly InterfaceCounters[] {
  return dev.split('\n').flatMap((line) => {
    const [, name, rest] = /^\s*([^:\s]+):\s*(.+)$/.exec(line) ?? []
    if (name === undefined || rest === undefined || name === 'lo' || name.startsWith('veth')) return []
    const fields = rest.trim().split(/\s+/).map(Number)
    if (fields.length < 12 || !fields.every(Number.isFinite)) return []
    const [rxBytes = 0, rxPackets = 0, rxErrors = 0, rxDropped = 0] = fields
    const [txBytes = 0, txPackets = 0, txErrors = 0, txDropped = 0] = fields.slice(8)
    return [
      {
        name,
        rxBytes,
        txBytes,
        packets: rxPackets + txPackets,
        faults: rxErrors + rxDropped + txErrors + txDropped,
      },
    ]
  })
}
