import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Migration } from '../../core/migrations.ts'
import { remembered } from './remembered.ts'

const one = (id: string, state: Migration['state'], fingerprint?: string): Migration => ({
  ...{ id, name: '', state },
  ...(fingerprint !== undefined && { fingerprint }),
})
const statesOf = (migrations: readonly Migration[]): string[] => migrations.map(({ id, state }) => `${id} ${state}`)

describe('what is remembered of applied migrations', () => {
  it('is the first fingerprint, so that a change stays told until the file is as it was', () => {
    const first = remembered([one('a', 'applied', 'x'), one('b', 'pending', 'y')], undefined)
    assert.deepEqual(
      [statesOf(first.migrations), first.kept, first.isNew],
      [['a applied', 'b pending'], { a: 'x' }, true],
    )
    const changed = remembered([one('a', 'applied', 'z')], first.kept)
    assert.deepEqual([statesOf(changed.migrations), changed.kept, changed.isNew], [['a drifted'], { a: 'x' }, false])
    assert.deepEqual(statesOf(remembered([one('a', 'applied', 'x')], changed.kept).migrations), ['a applied'])
  })

  it('is forgotten when it is taken back, and kept while its file is not to be seen', () => {
    assert.deepEqual(remembered([one('a', 'pending', 'z')], { a: 'x' }).kept, {})
    const lost = remembered([one('a', 'unknown')], { a: 'x' })
    assert.deepEqual([lost.kept, lost.isNew], [{ a: 'x' }, false])
  })

  it('is nothing when what was kept cannot be read', () => {
    assert.deepEqual(statesOf(remembered([one('a', 'applied', 'z')], ['odd']).migrations), ['a applied'])
  })
})
