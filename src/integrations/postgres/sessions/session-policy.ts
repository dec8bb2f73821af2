import type { Target } from './sessions-to-end.ts'

interface Rule {
  /** Milliseconds. */
  readonly after: number
  readonly exceptRoles: readonly string[]
  readonly exceptApplications: readonly string[]
}

/** How long sessions may hold a transaction open without a word, and run one statement. */
export interface Policy {
  readonly idleInTransaction?: Rule | undefined
  readonly longStatements?: (Rule & { readonly action: 'cancel' | 'terminate' }) | undefined
}

export interface Excess {
  readonly target: Target
  readonly what: 'idle' | 'long'
  readonly ms: number
  readonly limitMs: number
}

/** Sessions beyond the policy, the longest first. What is protected (ours, replication, superusers, dumps) never is. */
export function excessOf(
  sessions: readonly Target[],
  { idleInTransaction, longStatements }: Policy,
): readonly Excess[] {
  return sessions
    .filter(({ protection }) => protection === null)
    .flatMap((target): readonly Excess[] => {
      const { state, stateMs, statementMs } = target
      // "idle in transaction (aborted)" holds its locks no less.
      if (state.startsWith('idle in transaction')) return beyond(target, 'idle', stateMs, idleInTransaction)
      return state === 'active' ? beyond(target, 'long', statementMs, longStatements) : []
    })
    .toSorted((a, b) => b.ms - a.ms)
}

function beyond(target: Target, what: Excess['what'], ms: number, rule: Rule | undefined): readonly Excess[] {
  if (rule === undefined || ms < rule.after) return []
  if (rule.exceptRoles.includes(target.user) || rule.exceptApplications.includes(target.application)) return []
  return [{ target, what, ms, limitMs: rule.after }]
}
