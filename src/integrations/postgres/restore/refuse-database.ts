import { VigieError } from '../../../core/errors.ts'
import { databaseRefused, databaseRefusedRemedy } from './database-texts.ts'

type Why = Parameters<typeof databaseRefused>[0]['why']

/** Why a database is not restored, with what to do next. */
export function refuseDatabase(database: string, why: Why, detail = ''): VigieError {
  return new VigieError('action-refused', databaseRefused({ database, why, detail }), {
    hint: databaseRefusedRemedy({ why }),
  })
}
