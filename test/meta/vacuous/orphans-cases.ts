import { message } from '../../../src/core/message.ts'
import { matchCheck } from '../../../src/data/orphans/checks/match.ts'
import type { Comparison } from '../../../src/data/orphans/compare.ts'
import { orphansOptions } from '../../../src/data/orphans/options.ts'
import { nothingSeen } from './case.ts'

const say = message('test.unseen', { en: () => 'unseen', fr: () => 'non vu' })
const options = orphansOptions.parse({ files: 'docs', rows: { in: 'db', query: 'select path from documents' } })
const names = { rows: 0, empty: 0, elsewhere: 0, elsewhereExample: '', isCut: false }
const blank: Comparison = {
  ...{ names, named: 0, files: 0, matched: 0, young: 0, orphans: 0, orphanBytes: 0, orphanFiles: [] },
  ...{ missing: 0, missingPaths: [], unseen: undefined },
}
const sample = (seen: Partial<Comparison>) => ({ component: 'documents', options, seen: { ...blank, ...seen } })
const some = { named: 9, files: 10, matched: 9, orphans: 1 }

export const orphansCases = nothingSeen(matchCheck, {
  'neither files nor rows': sample({}),
  'no rows': sample({ files: 10, orphans: 10 }),
  'rows that are empty': sample({ files: 10, orphans: 10, names: { ...names, rows: 10, empty: 10 } }),
  'no files': sample({ named: 10, missing: 10 }),
  'rows and files of which none fit': sample({ named: 10, missing: 10, files: 10, orphans: 10 }),
  'rows that name something outside': sample({ ...some, names: { ...names, rows: 10, elsewhere: 1 } }),
  'more rows than are read': sample({ ...some, names: { ...names, isCut: true } }),
  'a tree that cannot be read whole': sample({ ...some, unseen: { reason: say({}), remedy: say({}) } }),
})
