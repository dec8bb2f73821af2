import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { folderRepository } from '../../src/integrations/folder/repository.ts'
import { testContext } from '../support/context.ts'
import { repositoryContract } from './repository-contract.ts'

const made: string[] = []
const ctx = testContext()
after(async () => {
  for (const path of made) await rm(path, { recursive: true, force: true })
  await ctx.close()
})

repositoryContract('a folder', async () => {
  const path = await mkdtemp(join(tmpdir(), 'vigie-repository-'))
  made.push(path)
  const options = { kind: 'folder', path } as const
  return { options, open: () => folderRepository.open(options, ctx) }
})
