import { statementsCheck } from '../../../src/integrations/postgres/checks/statements.ts'
import type { Answer } from '../../../src/integrations/postgres/connection/connection.ts'
import type { Span } from '../../../src/integrations/postgres/statements/difference.ts'
import type { StatementsLook } from '../../../src/integrations/postgres/statements/look.ts'
import type { Extension, ReadRow } from '../../../src/integrations/postgres/statements/reading.ts'
import { nothing, type State } from '../../../src/integrations/postgres/statements/state.ts'
import { nothingSeen } from './case.ts'

const around = {
  ok: true,
  columns: [],
  serverVersion: 180_000,
  isStandby: false,
  isCounting: true,
  durationMs: 1,
} as const
const refused: Answer<never> = { ok: false, refusal: 'refused', detail: 'ECONNREFUSED' }
const denied: Answer<never> = { ok: false, refusal: 'denied', detail: 'permission denied' }
const there: Extension = {
  ...{
    isLoaded: true,
    isAvailable: true,
    schema: 'public',
    columns: [],
    hasInfo: true,
    track: 'top',
    queryIds: 'auto',
  },
  role: 'vigie',
}
const rest = { ...nothing, count: 0 }
const head = { server: '7/5', atMs: 10, resetMs: 1, evictions: 0, seen: 3, hidden: 0, rest }
const state: State = { server: '7/5', atMs: 10, resetMs: 1, evictions: 0, users: {}, entries: [], rest }
const span: Span = {
  ...{ fromMs: 1, toMs: 10, done: new Map(), meansMs: new Map(), unknown: 0, wasReset: false, evictions: 0 },
}

const look = (extension: Answer<Extension>, rows?: Answer<ReadRow>): StatementsLook => {
  return { reading: { extension, rows }, span, weekBefore: undefined, state, texts: new Map() }
}
const found = (over: Partial<Extension>, rows?: Answer<ReadRow>): StatementsLook => {
  return look({ ...around, rows: [{ ...there, ...over }] }, rows)
}
const read = (over: Partial<typeof head>): Answer<ReadRow> => {
  const none = { ...nothing, userId: '', id: '', isTop: true, sinceMs: null, maxMs: 0, user: null }
  return { ...around, rows: [{ ...none, head: { ...head, ...over } }] }
}

export const statementsCases = nothingSeen(statementsCheck, {
  'no connection': look(refused),
  'no right to read it': look(denied),
  'no rows': look({ ...around, rows: [] }),
  'no library and no extension': found({ isLoaded: false, schema: null }),
  'no library': found({ isLoaded: false }),
  'no extension': found({ schema: null }),
  'no answer on the statements': found({}, refused),
  'no right to see the statements': found({}, denied),
  'no row on the statements': found({}, { ...around, rows: [] }),
  'statements of others that are hidden': found({}, read({ hidden: 1 })),
  'counters that are off': found({ track: 'none' }, read({})),
  'numbers that are off': found({ queryIds: 'off' }, read({})),
  'nothing that was ever counted': found({}, read({ seen: 0 })),
  'nothing to compare with': { ...found({}, read({})), span: undefined },
})
