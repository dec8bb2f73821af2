import assert from 'node:assert/strict'
import { access, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
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

test('tidying a folder does not go through links, which may lead anywhere', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-repository-'))
  made.push(dir)
  const path = join(dir, 'repository')
  for (const one of ['repository/shop', 'elsewhere']) {
    await mkdir(join(dir, one), { recursive: true })
    await writeFile(join(dir, one, '.unfinished-1'), 'x')
  }
  await symlink(join(dir, 'elsewhere'), join(path, 'link'))
  await symlink(path, join(path, 'shop', 'back'))
  const repository = await folderRepository.open({ kind: 'folder', path }, ctx)
  try {
    assert.equal(await repository.tidy(new Date(Date.now() + 3_600_000)), 1)
    await access(join(dir, 'elsewhere', '.unfinished-1'))
  } finally {
    await repository.close()
  }
})
