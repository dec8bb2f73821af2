import { gitComponent } from '../integrations/git/component.ts'
import { withMigrations } from './with-migrations.ts'

export const gitKind = withMigrations(gitComponent)
