import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, test } from 'node:test'
import { fetchBackup } from '../../src/backups/fetch-backup.ts'
import type { BackupRecord } from '../../src/core/backup-record.ts'
import { provedSince } from '../../src/core/proved-since.ts'
import { type BackupRoom, backupRoom } from '../support/backup-room.ts'
import { changedRows, rowsOf } from '../support/packing.ts'
import { randomFrom } from '../support/random-from.ts'

const dayMs = 86_400_000
const random = randomFrom(31)
const rows = rowsOf(random, 1500)

/** A room, what each of its backups must give back, and how to make the next one. */
async function roomOfDays(options: Readonly<Record<string, unknown>> = {}) {
  const room = await backupRoom({ options })
  const held = new Map<string, ReadonlyMap<string, Buffer>>()
  room.content.set('docs/tree', Buffer.from('a document\n'))
  const create = async (): Promise<BackupRecord> => {
    room.content.set('db/database', Buffer.from(changedRows(random, rows, 10).join('')))
    const made = await room.create()
    held.set(made.id, new Map(room.content))
    return made
  }
  /** All that were made are there, good, and hold what there was. */
  const assertAllGood = async (): Promise<void> => {
    assert.deepEqual(await room.verify(), Object.fromEntries([...held.keys()].toSorted().map((id) => [id, 'good'])))
    for (const [id, parts] of held) assert.deepEqual(await room.read(id), { parts })
  }
  return { room, held, create, assertAllGood }
}

describe('backups of a machine whose clock was stepped', () => {
  let room: BackupRoom | undefined
  afterEach(() => room?.close())

  test('back between two: the one that was made after it is the latest, stands by itself, and nothing is let go', async () => {
    const made = await roomOfDays({ keep: { last: 1 } })
    room = made.room
    const ahead = await made.create()
    room.clock.step(-3 * dayMs)
    const after = await made.create()
    assert.equal(after.base, undefined, 'a difference to one from the future')
    assert.equal((await room.latest()).id, after.id)
    await room.prune()
    await made.assertAllGood()
    const proved = { ...ahead, provedAt: ahead.finishedAt }
    await room.ctx.backups.keep(proved)
    assert.equal((await provedSince(room.ctx, 'db', 30 * dayMs)).isProved, false, 'one from the future opens no gate')

    // It goes on: differences are made to what is known to be older, and what is ahead hides nothing.
    room.clock.advance(dayMs)
    const next = await made.create()
    assert.equal(next.base, after.id)
    assert.equal((await room.latest()).id, next.id)
    await room.prune()
    await made.assertAllGood()

    // And when the clock is right again.
    room.clock.step(5 * dayMs)
    const last = await made.create()
    assert.equal((await room.latest()).id, last.id)
    assert.ok(await room.read(last.id))
    await room.prune()
    const left = await room.verify()
    assert.deepEqual(new Set(Object.values(left)), new Set(['good']))
    assert.ok(last.id in left && ahead.id in left, 'the last good one and the proved one stay')
  })

  test('back while one is made: it is whole, and the next is no difference to it', async () => {
    const made = await roomOfDays({ keep: { last: 1 } })
    room = made.room
    const { clock } = room
    let pieces = 0
    room.beforePiece = async () => {
      if (++pieces === 2) clock.step(-dayMs)
    }
    const first = await made.create()
    assert.ok(first.finishedAt !== undefined && first.finishedAt < first.startedAt)
    assert.equal(first.status, 'succeeded')
    assert.equal((await room.latest()).id, first.id, 'one from the future is better than none')
    await made.assertAllGood()
    const second = await made.create()
    assert.equal(second.base, undefined)
    assert.equal((await room.latest()).id, second.id)
    await room.prune()
    await made.assertAllGood()
    const [manifest = ''] = await manifestsOf(room, first.id)
    assert.ok(JSON.parse(manifest).parts.every(({ durationMs }: { durationMs: number }) => durationMs >= 0))
  })

  test('back to before the first one: none goes whatever the rule, and a difference is made to none of them', async () => {
    const made = await roomOfDays({ keep: '2d', full: '1d' })
    room = made.room
    for (let day = 0; day < 3; day++) {
      await made.create()
      room.clock.advance(dayMs / 2)
    }
    room.clock.step(-10_000 * dayMs)
    const after = await made.create()
    assert.equal(after.base, undefined)
    await room.prune()
    await made.assertAllGood()
    assert.equal((await room.latest()).id, after.id)
  })

  test('forward and back again: what was made meanwhile lets none of the others go once the clock is right', async () => {
    const made = await roomOfDays({ keep: '30d' })
    room = made.room
    await made.create()
    room.clock.advance(dayMs)
    await made.create()
    room.clock.step(400 * dayMs)
    const ahead = await made.create()
    assert.equal(ahead.base, undefined, 'how old the full one is would be wrong')
    await room.prune()
    await made.assertAllGood()
    room.clock.step(-400 * dayMs)
    await room.prune()
    await made.assertAllGood()
    room.clock.advance(dayMs)
    const next = await made.create()
    assert.equal((await room.latest()).id, next.id)
    await room.prune()
    await made.assertAllGood()
  })

  test('back before a drill: the copy is proved, but that its age is within its target is not', async () => {
    const made = await roomOfDays({ drill: { rpo: '1d' } })
    room = made.room
    const ahead = await made.create()
    room.clock.step(-3 * dayMs)
    const { status, rpoMs, failure, assertions } = await room.drill(ahead)
    assert.deepEqual(
      [status, rpoMs, failure?.code, failure?.text.code],
      ['failed', null, 'too-old', 'backups.drill-dated-ahead'],
    )
    assert.ok(assertions.length > 0 && assertions.every((one) => one.status === 'pass'))
    const after = await room.drill(await made.create())
    assert.deepEqual([after.status, after.rpoMs], ['passed', 0])
  })

  test('is what a blank host does not follow: it takes the newest that is not dated ahead, and such a one when there is no other', async () => {
    const made = await roomOfDays()
    room = made.room
    const to = await mkdtemp(join(tmpdir(), 'vigie-fetched-'))
    try {
      const ahead = await made.create()
      room.clock.step(-3 * dayMs)
      const only = await fetchBackup(room.repository, { backup: 'latest', to: join(to, 'only') }, room.ctx)
      assert.equal(only.id, ahead.id)
      const after = await made.create()
      const fetched = await fetchBackup(room.repository, { backup: 'latest', to: join(to, 'latest') }, room.ctx)
      assert.equal(fetched.id, after.id)
      const file = fetched.files.find(({ component }) => component === 'db')?.path ?? ''
      assert.deepEqual(await readFile(file), made.held.get(after.id)?.get('db/database'))
    } finally {
      await rm(to, { recursive: true, force: true })
    }
  })
})

async function manifestsOf({ repository, folder }: BackupRoom, id: string): Promise<string[]> {
  const texts = []
  for await (const { path } of repository.list(''))
    if (path.endsWith(`/${id}/manifest.json`)) texts.push(await readFile(join(folder, path), 'utf8'))
  return texts
}
