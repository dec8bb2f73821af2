import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { type ErrorCode, VigieError } from '../../src/core/errors.ts'
import { openSqlite } from '../../src/store/dialects/sqlite.ts'
import { openStore } from '../../src/store/open.ts'
import { sqliteStore } from '../../src/store/open-sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { aRun, aStep, at, ended } from './store-samples.ts'
import { anAlert, anOutboxItem } from './watch-samples.ts'

const nobody = 65_534
const pageBytes = 4096

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-store-'))
  try {
    await work(dir)
  } finally {
    await rm(dir, { recursive: true })
  }
}

const openIn = (dir: string): Promise<Store> => openStore({ kind: 'sqlite', dir })
const say = (store: Store, index = 0) =>
  store.audit.append({ at: at(index), actor: 'Ève', event: 'e', subject: { index } })

/** Every failure has a code, a text and a hint. */
function told(code: ErrorCode, text: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof VigieError, String(error))
    assert.deepEqual([error.code, error.text.code], [code, text])
    assert.ok(error.hint !== undefined)
    return true
  }
}

/** As a user whom permissions bind: root may write anywhere. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

describe('the SQLite state where it cannot be kept', () => {
  test('its folder and its files are for their owner alone', () =>
    inFolder(async (parent) => {
      const dir = join(parent, 'a', 'b')
      const store = await openIn(dir)
      await say(store)
      assert.equal((await stat(dir)).mode & 0o777, 0o700)
      const files = await readdir(dir)
      assert.ok(files.includes('state.db') && files.includes('state.db-wal') && files.includes('audit.head'))
      for (const file of files) assert.equal((await stat(join(dir, file))).mode & 0o077, 0, file)
      await store.close()
    }))

  test('a folder that may not be written to is told', () =>
    inFolder(async (dir) => {
      await chmod(dir, 0o555)
      for (const where of [dir, join(dir, 'below')]) {
        await assert.rejects(
          asNobody(() => openIn(where)),
          told('store-unwritable', 'store.unwritable'),
        )
      }
      assert.deepEqual(await readdir(dir), [])
    }))

  test('a state that became read-only is told by what writes, and still reads', () =>
    inFolder(async (dir) => {
      const opened = await prepared(dir)
      opened.database.exec('PRAGMA query_only = on')
      const store = sqliteStore(opened, dir, join(dir, 'state.db'))
      await assert.rejects(say(store), told('store-unwritable', 'store.unwritable'))
      assert.equal((await store.runs.list({ limit: 1 })).length, 1)
      await store.close()
    }))

  test('a full disk is told, keeps what was acknowledged, and goes on when there is room again', () =>
    inFolder(async (dir) => {
      const opened = await prepared(dir)
      const pages = Number(opened.database.prepare('PRAGMA page_count').get()?.['page_count'])
      opened.database.exec(`PRAGMA max_page_count = ${pages + 20}`)
      const store = sqliteStore(opened, dir, join(dir, 'state.db'))
      const output = 'x'.repeat(1_000_000)
      const evidence = [{ attempt: 1, what: 'cat', exitCode: 0, output, durationMs: 1 }]
      await store.runs.recordSteps([{ step: ended('r1', 'api/a', 1), evidence: [] }])
      await assert.rejects(
        store.runs.recordSteps([{ step: ended('r1', 'api/a', 2, { status: 'fail' }), evidence }]),
        (error: unknown) =>
          told('store-unwritable', 'store.unwritable')(error) &&
          /full/.test(JSON.stringify((error as VigieError).text)),
      )
      assert.equal((await store.runs.steps('r1'))[0]?.status, 'pass')
      opened.database.exec('PRAGMA max_page_count = 100000')
      await store.runs.recordSteps([{ step: ended('r1', 'api/a', 2, { status: 'fail' }), evidence }])
      assert.equal((await store.runs.steps('r1'))[0]?.status, 'fail')
      assert.deepEqual(await store.integrity(), [])
      await store.close()
    }))

  test('a full disk while alerts are decided is told, and nothing of the decision is kept', () =>
    inFolder(async (dir) => {
      const opened = await prepared(dir)
      const pages = Number(opened.database.prepare('PRAGMA page_count').get()?.['page_count'])
      opened.database.exec(`PRAGMA max_page_count = ${pages + 20}`)
      const store = sqliteStore(opened, dir, join(dir, 'state.db'))
      const ids = Array.from({ length: 2000 }, (_, index) => `a${index}`)
      const decide = () =>
        store.alerts.decide(
          ids.map((id) => anAlert(id)),
          ids.map((id) => anOutboxItem(id)),
        )
      await store.alerts.decide([anAlert('kept')], [anOutboxItem('kept')])
      await assert.rejects(decide(), told('store-unwritable', 'store.unwritable'))
      assert.deepEqual(
        (await store.alerts.list({ limit: 10 })).map(({ id }) => id),
        ['kept'],
      )
      const team = { system: 'shop', channel: 'team' }
      assert.equal((await store.outbox.loose(team, 10)).length, 1)
      opened.database.exec('PRAGMA max_page_count = 100000')
      await decide()
      assert.equal((await store.outbox.loose(team, 5000)).length, 2001)
      assert.deepEqual(await store.integrity(), [])
      await store.close()
    }))
})

describe('the SQLite state that is damaged', () => {
  test('a folder in the place of the file, and a file in the place of the folder, are told', () =>
    inFolder(async (dir) => {
      await mkdir(join(dir, 'state.db'))
      await assert.rejects(openIn(dir), told('store-unwritable', 'store.unwritable'))
      await writeFile(join(dir, 'file'), 'x')
      await assert.rejects(openIn(join(dir, 'file')), told('store-unwritable', 'store.unwritable'))
    }))

  test('overwritten pages are reported by the database itself, and reading them is told as damage', () =>
    inFolder(async (dir) => {
      const store = await openIn(dir)
      await store.runs.create(
        aRun('r1'),
        Array.from({ length: 500 }, (_, position) => aStep('r1', `api/s${position}`, { position })),
      )
      await store.close()
      const file = await open(join(dir, 'state.db'), 'r+')
      const { size } = await file.stat()
      // The newest pages hold the newest rows; the schema stands before them.
      for (let page = size / pageBytes - 8; page < size / pageBytes; page++) {
        await file.write(Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, page * pageBytes)
      }
      await file.close()
      const again = await openIn(dir)
      assert.notDeepEqual(await again.integrity(), [])
      await assert.rejects(again.runs.steps('r1'), told('store-damaged', 'store.damaged'))
      await again.close()
    }))

  test('a note of the head that is gone or altered is told, and appending does not mend it', () =>
    inFolder(async (dir) => {
      const note = join(dir, 'audit.head')
      const store = await openIn(dir)
      await say(store)
      const sound = await readFile(note, 'utf8')
      for (const text of [undefined, '', 'x', sound.replace('"seq"', '"sep"'), sound.slice(0, 30)]) {
        await (text === undefined ? rm(note) : writeFile(note, text))
        await say(store)
        await assert.rejects(store.audit.expectedHead(), told('store-damaged', 'store.head-lost'))
      }
      await writeFile(note, sound)
      assert.equal((await store.audit.expectedHead())?.seq, 1)
      await say(store)
      assert.equal((await store.audit.expectedHead())?.seq, 7)
      await store.close()
    }))

  test('a state of a newer Vigie is refused and left as it is', () =>
    inFolder(async (dir) => {
      await (await openIn(dir)).close()
      const database = new DatabaseSync(join(dir, 'state.db'))
      database.exec('PRAGMA user_version = 99')
      database.close()
      await assert.rejects(openIn(dir), told('store-damaged', 'store.newer'))
    }))

  test('a migration that fails on its way leaves nothing half made', () =>
    inFolder(async (dir) => {
      const database = new DatabaseSync(join(dir, 'state.db'))
      database.exec('create table audit_head (mine text)')
      await assert.rejects(openIn(dir))
      const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all()
      assert.deepEqual(
        tables.map((row) => row['name']),
        ['audit_head'],
      )
      database.exec('drop table audit_head')
      database.close()
      const store = await openIn(dir)
      await say(store)
      await store.close()
    }))
})

/** An open database with one run in it, to be limited before the store stands on it. */
async function prepared(dir: string): Promise<Awaited<ReturnType<typeof openSqlite>>> {
  const store = await openIn(dir)
  await store.runs.create(aRun('r1'), [aStep('r1', 'api/a')])
  await store.close()
  return openSqlite(join(dir, 'state.db'))
}
