import { changedCheck } from '../../../src/integrations/config-set/checks/changed.ts'
import type { ConfigFacts } from '../../../src/integrations/config-set/config-facts.ts'
import { missing, nothingThere } from '../../../src/integrations/config-set/set-texts.ts'
import { nothingSeen } from './case.ts'

const none: ConfigFacts = { version: 1, key: 'a', counts: { files: 0, bytes: 0 }, files: [] }

export const configSetCases = nothingSeen(changedCheck, {
  'no file of the set': { ok: false, reason: nothingThere({ folder: '/srv/app' }), remedy: undefined },
  'a file that is gone': { ok: false, reason: missing({ path: '.env' }), remedy: undefined },
  'a set without files': { ok: true, now: none, base: undefined },
  'a set without files, as before': { ok: true, now: none, base: { what: 'backup', ageMs: 1, was: none } },
  'what was digested with another key': {
    ok: true,
    now: none,
    base: { what: 'backup', ageMs: 1, was: { ...none, key: 'b' } },
  },
})
