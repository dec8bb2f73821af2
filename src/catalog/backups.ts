import * as z from 'zod'
import { backupsComponent } from '../backups/component.ts'
import type { StepContext } from '../core/context.ts'
import type { AnyRepositoryKind, Repository } from '../core/repository.ts'
import { folderRepository } from '../integrations/folder/repository.ts'
import { s3Repository } from '../integrations/s3/repository.ts'

/** Every kind of repository that comes with Vigie. */
export const repositoryKinds = [folderRepository, s3Repository] as const

const repositorySchema = z.discriminatedUnion('kind', [folderRepository.options, s3Repository.options])

export const backupsKind = backupsComponent(repositoryKinds, repositorySchema)

/** Opens the repository that a command line names; undefined when it is none of any kind. */
export function repositoryNamed(place: string): ((ctx: StepContext) => Promise<Repository>) | undefined {
  const kinds: readonly AnyRepositoryKind[] = repositoryKinds
  for (const kind of kinds) {
    const options = kind.named(place)
    if (options !== undefined) return (ctx) => kind.open(options, ctx)
  }
  return undefined
}
