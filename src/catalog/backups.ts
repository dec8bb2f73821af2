import * as z from 'zod'
import { backupsComponent } from '../backups/component.ts'
import { folderRepository } from '../integrations/folder/repository.ts'

/** Every kind of repository that comes with Vigie. */
export const repositoryKinds = [folderRepository] as const

const repositorySchema = z.discriminatedUnion('kind', [folderRepository.options])

export const backupsKind = backupsComponent(repositoryKinds, repositorySchema)
