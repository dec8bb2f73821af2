import { VigieError } from '../../../core/errors.ts'
import { codeOf, detailOf, oneLine, refusalOf } from '../connection/connection.ts'
import { refused, refusedRemedy } from './acting-texts.ts'

/** Why PostgreSQL did not do it, by the codes of its appendix A. */
const whyByCode: Readonly<Record<string, string>> = {
  '55P03': 'lock',
  '40P01': 'lock',
  '42501': 'denied',
  '53100': 'full',
  '25006': 'read-only',
  '42P01': 'gone',
  '42704': 'gone',
  '23503': 'violated',
  '23505': 'violated',
  '23514': 'violated',
}

/** What PostgreSQL answered, as an error of ours that says what to do next. */
export function refusedBy(error: unknown, sql: string): VigieError {
  const why = whyOf(error)
  const text = refused({ why, detail: detailOf(error), statement: oneLine(sql).slice(0, 120) })
  return new VigieError('action-refused', text, { hint: refusedRemedy({ why }), cause: error })
}

/** The server answered a commit with a rollback. */
export function undone(): VigieError {
  const text = refused({ why: 'undone', detail: 'ROLLBACK', statement: 'commit' })
  return new VigieError('action-refused', text, { hint: refusedRemedy({ why: 'undone' }) })
}

/** Whether PostgreSQL refused for this reason. */
export function isRefusedFor(error: unknown, why: 'lock' | 'time' | 'cut' | 'full' | 'gone' | 'denied'): boolean {
  return error instanceof VigieError && error.text.code === refused.code && error.text.params['why'] === why
}

function whyOf(error: unknown): string {
  const code = codeOf(error)
  // Both ends of a statement before its time have one code, and only the words tell which.
  if (code === '57014') return /statement timeout/i.test(detailOf(error)) ? 'time' : 'canceled'
  return whyByCode[code] ?? (refusalOf(error) === 'cut' ? 'cut' : 'other')
}
