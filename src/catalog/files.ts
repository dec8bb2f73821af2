import { filesComponent } from '../integrations/files/component.ts'
import { withMigrations } from './with-migrations.ts'

export const filesKind = withMigrations(filesComponent)
