import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testContext } from '../../test/support/context.ts'
import { type BackupAbility, BackupError } from '../core/backup.ts'
import { message } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { createChannel } from './channel.ts'
import { copyPart } from './copy-part.ts'
import { openNotes } from './dump-notes.ts'
import { entrySchema } from './options.ts'

const full = message('test.full', { en: () => 'it is full', fr: () => 'plein' })
const fail = (): never => {
  throw new BackupError('no-space', full({}))
}

/** A place that takes nothing. */
const fullPlace: Repository = {
  place: 'nowhere',
  put: async () => fail(),
  get: () => fail(),
  look: async () => undefined,
  list: async function* () {},
  remove: async () => [],
  freeBytes: async () => undefined,
  tidy: async () => 0,
  close: async () => undefined,
}

describe('the copy of a part whose place takes nothing', () => {
  it('is over only when what was dumped has let go of what it held', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'vigie-copy-part-'))
    const ctx = testContext()
    const held = { isReleased: false }
    const unused = async (): Promise<never> => assert.fail('not asked')
    const ability: BackupAbility = {
      ...{ survey: unused, planRestore: unused, restore: unused, rehearse: unused, byHand: () => [] },
      dump: async (_ctx, _part, write) => {
        try {
          for (;;) await write(Buffer.alloc(1_000_000, 7))
        } finally {
          // As a container that is started again: it takes its time.
          await wait(300)
          held.isReleased = true
        }
      },
    }
    const part = { name: 'volume', file: 'volume.tar', bytes: null }
    const options = { ...entrySchema.parse({ what: ['it'] }), to: { kind: 'folder' } }
    const copied = await copyPart(
      { from: { name: 'it', ability, ctx }, part },
      {
        ctx,
        repository: fullPlace,
        backup: 'b',
        folder: 'a/b',
        scratch,
        options,
        base: undefined,
        shelf: undefined,
        notes: openNotes(ctx, 'entry'),
        onBytes: () => undefined,
      },
    )
    assert.equal(copied.failure?.code, 'no-space')
    assert.ok(held.isReleased)
    await rm(scratch, { recursive: true, force: true })
  })

  it('refuses what waits to be taken when its reader never began, and all that comes', async () => {
    const channel = createChannel()
    const first = channel.write(Buffer.from('x'))
    channel.leave()
    await assert.rejects(first, /nobody reads/)
    await assert.rejects(channel.write(Buffer.from('y')), /nobody reads/)
  })
})
