import { actOnFound } from '../act-on-demand.ts'
import { findDatabase } from './find-database.ts'

/** Does one task of the database with options of the moment. */
export const actOnDatabase = actOnFound(findDatabase)
