import type { AlertRule } from '../alert-rule.ts'
import { absentSubjects } from './absent-subjects.ts'
import { burnSubjects } from './burn-subjects.ts'
import { comparisonSubjects } from './comparison-subjects.ts'
import { pairSubjects } from './pair-subjects.ts'
import type { Subjects } from './subject.ts'

/** The label sets of a rule, with how each is judged. */
export function subjectsOf({ rule: { condition, forMs }, pace }: AlertRule, lookingSince: () => number): Subjects {
  switch (condition.type) {
    case 'comparison':
      return comparisonSubjects(condition)
    case 'and':
    case 'or':
      return pairSubjects(condition)
    case 'absent':
      return absentSubjects(condition, forMs, lookingSince)
    case 'burn':
      return burnSubjects(condition, pace ?? 'fast')
  }
}
