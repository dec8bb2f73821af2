import type { CollectedPoint } from '../../core/collector.ts'
import { counterIncrease } from './counter-increase.ts'
import { type AuthOutcome, authLabelOutcome, authNameOutcome, isAuthCounter } from './known-names.ts'
import type { Scrape } from './scrape.ts'

type Tally = Partial<Record<AuthOutcome, number>>

/**
 * Authentications per second, from the program's own counters: one whose labels tell success from failure, else those
 * whose names do. What is not counted follows from the others, when it does.
 */
export function authPoints(before: Scrape, now: Scrape, seconds: number): readonly CollectedPoint[] {
  const byLabel: Tally = {}
  const byName: Tally = {}
  for (const [family, all] of now.counters) {
    if (!isAuthCounter(family)) continue
    const old = before.counters.get(family)
    for (const [key, { labels, value }] of all) {
      const count = counterIncrease(old?.get(key)?.value, value)
      const outcome = authLabelOutcome(labels)
      const [tally, what] = outcome === undefined ? [byName, authNameOutcome(family)] : [byLabel, outcome]
      tally[what] = (tally[what] ?? 0) + count
    }
  }
  // A series of a label is made at its first count: one that is not there has counted nothing.
  const isLabelled = byLabel.success !== undefined || byLabel.failure !== undefined
  const seen = isLabelled ? { success: 0, failure: 0, ...byLabel } : byName
  const { attempt, success, failure } = completed(seen)
  const rates = Object.entries({ attempt, success, failure }).flatMap(([outcome, count]) =>
    count === undefined ? [] : [{ name: `auth_${outcome}_rate`, value: count / seconds }],
  )
  if (attempt === undefined || failure === undefined || attempt === 0) return rates
  return [...rates, { name: 'auth_failure_ratio', value: Math.min(1, failure / attempt) }]
}

function completed({ attempt, success, failure }: Tally): Tally {
  const sum = success === undefined || failure === undefined ? undefined : success + failure
  const tried = attempt ?? sum
  const rest = (known: number | undefined): number | undefined =>
    attempt === undefined || known === undefined ? undefined : Math.max(0, attempt - known)
  return {
    ...(tried !== undefined && { attempt: tried }),
    ...defined('success', success ?? rest(failure)),
    ...defined('failure', failure ?? rest(success)),
  }
}

function defined(name: AuthOutcome, count: number | undefined): Tally {
  return count === undefined ? {} : { [name]: count }
}
