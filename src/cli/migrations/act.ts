import { actOnFound } from '../act-on-demand.ts'
import { findCode } from './find-code.ts'

/** Does one migration task with options of the moment. */
export const actOnMigrations = actOnFound(findCode)
