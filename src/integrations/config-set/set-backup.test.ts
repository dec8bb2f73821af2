import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { aComponent, testContext } from '../../../test/support/context.ts'
import { dumped, storedAs, withTree } from '../../../test/support/tree-backup.ts'
import { BackupError, type RestoreWanted, type StoredComponent } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { createFormatter } from '../../core/formatter.ts'
import { changedCheck } from './checks/changed.ts'
import { configSetComponent } from './component.ts'
import { configSetOptions } from './options.ts'
import { setBackup } from './set-backup.ts'

const set = (files: readonly unknown[], own = false) => configSetOptions.parse({ files, own })

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof BackupError) return `${error.failure} ${error.text.code}`
    throw error
  }
  return 'none'
}

/** A folder with configs, which a context has as its own. */
const withConfigs = (work: (place: { root: string; ctx: StepContext; etc: string }) => Promise<void>) =>
  withTree(async ({ root, scratch, ctx }) => {
    const etc = join(scratch, 'etc')
    mkdirSync(join(root, 'monitoring'))
    mkdirSync(etc)
    writeFileSync(join(root, '.env'), 'DATABASE_URL=postgres://app:hunter2@db/app\nDEBUG=0\n', { mode: 0o600 })
    writeFileSync(join(root, 'docker-compose.yml'), 'services:\n  web:\n    image: shop:1\n')
    writeFileSync(join(root, `monitoring/${'long-name-'.repeat(15)}.yml`), 'a: 1\n')
    writeFileSync(join(etc, 'grafana.ini'), '[security]\nadmin_password = swordfish\n', { mode: 0o640 })
    writeFileSync(join(root, 'vigie.config.yaml'), 'name: shop\n')
    await work({ root, etc, ctx: { ...ctx, baseDir: root } })
  })

const filesOf = (etc: string) => [
  '.env',
  'docker-compose.yml',
  `monitoring/${'long-name-'.repeat(15)}.yml`,
  join(etc, 'grafana.ini'),
]

const backedUp = async (ability: ReturnType<typeof setBackup>, ctx: StepContext): Promise<StoredComponent> => {
  const { archive, dump } = await dumped(ability, ctx, 'configs')
  return storedAs(archive, dump.facts, { part: 'configs', pieceBytes: 700 })
}

const restore = async (
  ability: ReturnType<typeof setBackup>,
  ctx: StepContext,
  stored: StoredComponent,
  wanted: Partial<RestoreWanted> = {},
) => {
  const actions = await ability.planRestore(ctx, stored, { over: false, only: [], ...wanted })
  const outcomes = []
  for (const action of actions) outcomes.push(await ability.restore(ctx, stored, action))
  return { actions, outcomes }
}

describe('a backup of a set of configs', () => {
  it('is a secret, holds every file with its mode, and Vigie’s own config, and says nothing of their values', () =>
    withConfigs(async ({ root, etc, ctx }) => {
      const ability = setBackup(set(filesOf(etc), true))
      const { parts } = await ability.survey(ctx)
      assert.deepEqual(
        parts.map(({ name, isSecret }) => [name, isSecret]),
        [['configs', true]],
      )
      const { archive, dump } = await dumped(ability, ctx, 'configs')
      assert.deepEqual(dump.facts['counts'], { files: 5, bytes: 140 })
      for (const value of ['hunter2', 'swordfish', 'shop:1']) assert.ok(!JSON.stringify(dump).includes(value))
      writeFileSync(join(etc, 'configs.tar'), archive)
      execFileSync('sh', ['-ec', ability.byHand().join('\n')], { cwd: etc })
      assert.equal(readFileSync(join(etc, 'restored/base/.env'), 'utf8'), readFileSync(join(root, '.env'), 'utf8'))
      const grafana = join(etc, 'restored/root', etc, 'grafana.ini')
      assert.equal(statSync(grafana).mode & 0o7777, 0o640)
      assert.ok(existsSync(join(etc, 'restored/base', `monitoring/${'long-name-'.repeat(15)}.yml`)))
      assert.ok(existsSync(join(etc, 'restored/base/vigie.config.yaml')))
    }))

  it('fails for a file that is gone, unless it need not be there, and for what is no config', () =>
    withConfigs(async ({ root, ctx }) => {
      const survey = (files: readonly unknown[]) => failureOf(setBackup(set(files)).survey(ctx))
      assert.equal(await survey(['.env', 'gone.yml']), 'volume-missing config-set.missing')
      assert.equal(await survey(['.env', { path: 'gone.yml', optional: true }]), 'none')
      assert.equal(await survey([{ path: 'gone.yml', optional: true }]), 'volume-missing config-set.nothing')
      assert.equal(await survey(['monitoring']), 'unreachable config-set.no-file')
      execFileSync('mkfifo', [join(root, 'pipe')])
      assert.equal(await survey(['pipe']), 'unreachable config-set.no-file')
      execFileSync('truncate', ['-s', '11M', join(root, 'large')])
      assert.equal(await survey(['large']), 'assertion config-set.too-large')
    }))

  it('is restored beside, for its owner alone, and not where something is', () =>
    withConfigs(async ({ root, etc, ctx }) => {
      const ability = setBackup(set(filesOf(etc)))
      const stored = await backedUp(ability, ctx)
      const { actions } = await restore(ability, ctx, stored)
      const target = join(root, 'docs.restored-20261121T020000Z')
      assert.deepEqual(
        actions.map(({ effect, target: where }) => [effect, where]),
        [['change', target]],
      )
      assert.equal(statSync(target).mode & 0o777, 0o700)
      assert.match(readFileSync(join(target, 'base/.env'), 'utf8'), /hunter2/)
      assert.equal(await failureOf(restore(ability, ctx, stored)), 'assertion config-set.there')
      await restore(ability, ctx, stored, { to: 'some', only: ['*.yml'] })
      assert.deepEqual(readdirSync(join(root, 'some/base')), ['docker-compose.yml'])
      const none = restore(ability, ctx, stored, { to: 'none', only: ['nothing.yml'] })
      assert.equal(await failureOf(none), 'volume-missing config-set.not-in-backup')
    }))

  it('replaces only what differs, shows which names change and no value, and keeps what was there', () =>
    withConfigs(async ({ root, etc, ctx }) => {
      const ability = setBackup(set(filesOf(etc)))
      const stored = await backedUp(ability, ctx)
      writeFileSync(join(root, '.env'), 'DATABASE_URL=postgres://app:other@db/app\nNEW=1\n')
      rmSync(join(root, 'docker-compose.yml'))
      const { actions, outcomes } = await restore(ability, ctx, stored, { over: true })
      assert.deepEqual(
        actions.map(({ effect, summary }) => [effect, summary.code, summary.params['path']]),
        [
          ['destroy', 'config-set.restore-over', '.env'],
          ['change', 'config-set.restore-missing', 'docker-compose.yml'],
        ],
      )
      const texts = new Map(configSetComponent.messages?.map((one) => [one.code, one]))
      const [over] = actions
      for (const locale of ['en', 'fr'] as const) {
        const told = texts
          .get('config-set.restore-over')
          ?.renderings[locale](over?.summary.params ?? {}, createFormatter(locale))
        assert.match(told ?? '', /: \+ DEBUG, − NEW, ~ DATABASE_URL/)
        assert.doesNotMatch(told ?? '', /hunter2|other/)
      }
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['done', 'done'],
      )
      assert.match(readFileSync(join(root, '.env'), 'utf8'), /hunter2/)
      assert.equal(statSync(join(root, '.env')).mode & 0o777, 0o600)
      const [kept = ''] = readdirSync(root).filter((name) => name.startsWith('.env.before-'))
      assert.match(readFileSync(join(root, kept), 'utf8'), /other/)
      assert.deepEqual((await restore(ability, ctx, stored, { over: true })).actions, [])
    }))

  it('goes through a link to the file behind it, and skips what changed since the plan', () =>
    withConfigs(async ({ root, etc, ctx }) => {
      rmSync(join(root, '.env'))
      symlinkSync(join(etc, 'grafana.ini'), join(root, 'linked.ini'))
      const ability = setBackup(set(['linked.ini']))
      const stored = await backedUp(ability, ctx)
      writeFileSync(join(etc, 'grafana.ini'), 'spoiled = 1\n')
      const [action] = await ability.planRestore(ctx, stored, { over: true, only: [] })
      assert.ok(action)
      writeFileSync(join(etc, 'grafana.ini'), 'spoiled = 2\n')
      const outcome = await ability.restore(ctx, stored, action)
      assert.equal(outcome.status === 'skipped' && outcome.reason.code, 'config-set.changed-since')
      await restore(ability, ctx, stored, { over: true })
      assert.match(readFileSync(join(etc, 'grafana.ini'), 'utf8'), /swordfish/)
      assert.equal(readFileSync(join(root, 'linked.ini'), 'utf8'), readFileSync(join(etc, 'grafana.ini'), 'utf8'))
    }))

  it('names what is cut, changed, added or taken out of the archive, and touches nothing then', () =>
    withConfigs(async ({ root, etc, ctx }) => {
      const ability = setBackup(set(filesOf(etc)))
      const { archive, dump } = await dumped(ability, ctx, 'configs')
      const flipped = Buffer.from(archive)
      flipped[archive.indexOf('hunter2')] = 0x48
      const other = execFileSync('tar', ['-c', '--format=posix', '-C', root, 'docker-compose.yml'])
      const cases: readonly (readonly [Buffer, string])[] = [
        [archive.subarray(0, 1500), 'truncated config-set.spoiled'],
        [flipped, 'checksum config-set.not-as-packed'],
        [other, 'checksum config-set.not-as-packed'],
        [Buffer.alloc(1024), 'checksum config-set.not-as-packed'],
      ]
      writeFileSync(join(root, '.env'), 'LIVING=1\n')
      for (const [bytes, expected] of cases) {
        const stored = storedAs(bytes, dump.facts, { part: 'configs' })
        assert.equal(await failureOf(restore(ability, ctx, stored, { over: true })), expected)
        assert.equal(await failureOf(ability.rehearse(ctx, stored, etc)), expected)
      }
      assert.equal(readFileSync(join(root, '.env'), 'utf8'), 'LIVING=1\n')
      assert.deepEqual(readdirSync(etc), ['grafana.ini'])
    }))

  it('answers in a drill whether a name is set, and leaves nothing of it', () =>
    withConfigs(async ({ etc, ctx }) => {
      const ability = setBackup(set(filesOf(etc)))
      const stored = await backedUp(ability, ctx)
      const rehearsal = await ability.rehearse(ctx, stored, etc)
      const assertions = await rehearsal.assertions([
        { name: 'a database', query: '.env:DATABASE_URL', expect: 'set' },
        { name: 'no debugging', query: '.env:DEBUG', expect: 'none' },
      ])
      assert.deepEqual(
        assertions.filter(({ status }) => status === 'fail').map(({ name }) => name),
        ['no debugging'],
      )
      chmodSync(rehearsal.env['CONFIG_DIR'] ?? '', 0o700)
      await rehearsal.end()
      assert.deepEqual(readdirSync(etc), ['grafana.ini'])
    }))

  it('is judged by what changed since the last backup: names, never values', () =>
    withConfigs(async ({ root, etc, ctx: { baseDir } }) => {
      const ctx = testContext({ baseDir })
      const options = set(filesOf(etc))
      const look = async () => changedCheck.judge(await changedCheck.probe(aComponent(options), {}, ctx), {})
      assert.equal((await look()).reason?.code, 'config-set.first-look')
      await dumped(setBackup(options), ctx, 'configs')
      assert.equal((await look()).reason?.code, 'config-set.unchanged')
      writeFileSync(join(root, '.env'), 'DATABASE_URL=postgres://app:fresh-password@db/app\nDEBUG=0\n')
      const verdict = await look()
      assert.equal(verdict.status, 'warn')
      assert.ok(verdict.status === 'warn')
      assert.deepEqual(
        verdict.findings?.map(({ subject, severity }) => [subject, severity]),
        [['.env', 'low']],
      )
      assert.match(JSON.stringify(verdict), /DATABASE_URL/)
      assert.doesNotMatch(JSON.stringify(verdict), /fresh-password|hunter2/)
      rmSync(join(root, '.env'))
      const gone = await look()
      assert.deepEqual([gone.status, gone.reason?.code], ['error', 'config-set.missing'])
      await ctx.close()
    }))
})
