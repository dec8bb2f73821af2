/** How long a delivery proves a channel: a week, twice the usual distance of canaries and a weekend. */
export const proofMaxAgeMs = 8 * 86_400_000

export interface UnprovedChannel {
  readonly channel: string
  /** When it was proved last; undefined when it never was. */
  readonly provedAt: Date | undefined
}

/**
 * The channels that are not known to work: nothing was delivered on them, or not for longer than `maxAgeMs`. A proof
 * from the future (the clock stepped back) counts.
 *
 * @param proofs from `OutboxStore.proofs`
 */
export function unprovedChannels(
  channels: readonly string[],
  proofs: ReadonlyMap<string, { readonly at: Date }>,
  now: Date,
  maxAgeMs: number = proofMaxAgeMs,
): readonly UnprovedChannel[] {
  return channels.flatMap((channel) => {
    const provedAt = proofs.get(channel)?.at
    const isProved = provedAt !== undefined && now.getTime() - provedAt.getTime() <= maxAgeMs
    return isProved ? [] : [{ channel, provedAt }]
  })
}
