import type { BloatLook } from '../../../src/integrations/postgres/bloat/look.ts'
import { bloatCheck } from '../../../src/integrations/postgres/checks/bloat.ts'
import { nothingSeen } from './case.ts'

const answered = { ok: true, isStandby: false, isCounting: true, rows: [] } as const
const look = (answer: BloatLook['answer'], tables = 0): BloatLook => ({
  ...{ answer, tables, isCut: false },
  measuring: { extension: 'missing' },
})
const uncounted = {
  ...{ schema: 'public', table: 't', index: null, isToast: false, oid: 1, bytes: 1e9, fillFactor: 100 },
  why: 'not-counted',
} as const

export const bloatCases = nothingSeen(bloatCheck, {
  'no connection': look({ ok: false, refusal: 'refused', detail: 'ECONNREFUSED' }),
  'no right to read it': look({ ok: false, refusal: 'denied', detail: 'permission denied' }),
  'no answer in time': look({
    ok: false,
    refusal: 'statement',
    detail: 'canceling statement due to statement timeout',
  }),
  'no tables': look(answered),
  'a standby': look({ ...answered, isStandby: true }),
  'statistics that are off': look({ ...answered, isCounting: false }, 3),
  'tables whose rows were never counted': look({ ...answered, rows: [uncounted] }, 3),
})
