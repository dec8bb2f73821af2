import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { aComponent, type TestContext } from '../../../test/support/context.ts'
import { type GitWorld, gitWorld } from '../../../test/support/git-world.ts'
import { createFormatter } from '../../core/formatter.ts'
import { createRenderer, messageMap } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'
import { changedFiles } from './changed-files.ts'
import { behindCheck } from './checks/behind.ts'
import { cleanCheck } from './checks/clean.ts'
import { tagCheck } from './checks/tag.ts'
import { gitOptions } from './git.ts'

let world: GitWorld
before(() => {
  world = gitWorld()
})
after(() => world.remove())

async function clean(path: string, ctx: TestContext = world.context()): Promise<Verdict> {
  return cleanCheck.judge(await cleanCheck.probe(aComponent(gitOptions.parse({ path })), {}, ctx), {})
}

async function tag(path: string, ctx: TestContext = world.context()): Promise<Verdict> {
  return tagCheck.judge(await tagCheck.probe(aComponent(gitOptions.parse({ path })), {}, ctx), {})
}

function measured(verdict: Verdict): object | undefined {
  return 'measurements' in verdict ? verdict.measurements : undefined
}

describe('git-clean', () => {
  it('passes when nothing is changed, and says at which commit', async () => {
    world.clone('clean')
    const verdict = await clean('clean')
    assert.equal(verdict.status, 'pass')
    assert.match(String(verdict.reason?.params['head']), /^[0-9a-f]{7,}$/)
  })

  it('tells changed, untracked and conflicting files apart, also from a folder inside', async () => {
    world.clone('dirty')
    world.git('dirty', 'switch', '--quiet', '--create', 'side')
    world.commit('dirty', 'one way')
    world.git('dirty', 'switch', '--quiet', 'main')
    world.commit('dirty', 'another way')
    assert.throws(() => world.git('dirty', 'merge', 'side'))
    world.write('dirty/staged', 'x')
    world.git('dirty', 'add', 'staged')
    world.write('dirty/new folder/a', 'x')
    world.write('dirty/new folder/b', 'x')
    for (const path of ['dirty', 'dirty/new folder']) {
      const verdict = await clean(path)
      assert.equal(verdict.status, 'warn')
      assert.deepEqual(measured(verdict), { changed_files: 1, untracked_files: 1, conflicts: 1 })
    }
  })

  it('sees untracked files where the user has told git not to show them', async () => {
    world.clone('hiding')
    world.git('hiding', 'config', 'status.showUntrackedFiles', 'no')
    world.write('hiding/new', 'x')
    assert.deepEqual(measured(await clean('hiding')), { changed_files: 0, untracked_files: 1, conflicts: 0 })
  })

  it('counts thousands of files, and names with odd characters once each, renamed ones too', async () => {
    world.clone('many')
    const odd = ['M  a', '?? b', 'été\n"x"', ' lead', '-rf', "it's"]
    for (const name of odd) world.write(`many/${name}`, name)
    world.git('many', 'add', '--all')
    world.git('many', 'commit', '--quiet', '--message', 'odd')
    for (const name of odd) renameSync(join(world.dir, 'many', name), join(world.dir, 'many', `${name} (renamed)`))
    world.git('many', 'add', '--all')
    assert.deepEqual(measured(await clean('many')), { changed_files: odd.length, untracked_files: 0, conflicts: 0 })
    for (let one = 0; one < 3000; one++) world.write(`many/new ${one}`, '')
    assert.deepEqual(measured(await clean('many')), { changed_files: odd.length, untracked_files: 3000, conflicts: 0 })
  })

  it('says "at least" and keeps no figure when the answer is too long to be kept whole', async () => {
    world.clone('long')
    world.write('long/new', 'x')
    const sample = await cleanCheck.probe(aComponent(gitOptions.parse({ path: 'long' })), {}, world.context())
    const verdict = cleanCheck.judge({ ...sample, status: { ...sample.status, isTruncated: true } }, {})
    assert.equal(verdict.status, 'warn')
    assert.equal(measured(verdict), undefined)
    const shown = createRenderer(messageMap(cleanCheck.messages), createFormatter('en'))
    assert.match(verdict.reason === undefined ? '' : shown.render(verdict.reason), /^at least 0 changed, 1 untracked/)
  })

  it('cannot tell of what is no checkout: a plain folder, a bare repository, none at all, one without a commit', async () => {
    mkdirSync(join(world.dir, 'plain'))
    world.git('.', 'init', '--quiet', 'empty')
    const codes = await Promise.all(
      ['plain', 'remote.git', 'not there', 'empty'].map(async (path) => {
        const verdict = await clean(path)
        return `${verdict.status} ${verdict.reason?.code}`
      }),
    )
    assert.deepEqual(codes, ['error git.failed', 'error git.failed', 'error git.failed', 'error git.no-commit'])
  })

  it('writes nothing into the repository that it looks at', async () => {
    world.clone('untouched')
    const state = (): string =>
      execFileSync('find', [join(world.dir, 'untouched'), '-printf', '%p %T@ %s\\n'], { encoding: 'utf8' })
    // A time that differs from the index makes `git status` want to refresh it.
    execFileSync('touch', ['-d', '2001-01-01', join(world.dir, 'untouched', 'file.txt')])
    const before = state()
    await clean('untouched')
    await tag('untouched')
    assert.equal(state(), before)
  })
})

describe('the reader of git status', () => {
  it('takes the old path of a rename for no entry, and an empty answer for none', () => {
    assert.deepEqual(changedFiles(''), { changed: 0, untracked: 0, conflicts: 0, example: undefined })
    const renamed = changedFiles('R  new\0?? old\0 C copy\0UU x\0UU both\0?? z\0')
    assert.deepEqual(renamed, { changed: 2, untracked: 1, conflicts: 1, example: 'new' })
  })
})

describe('git-tag', () => {
  it('names the last tag and counts the commits since, whatever the kind and name of the tag', async () => {
    world.clone('tagged')
    world.git('tagged', 'tag', '--annotate', '--message', 'x', 'v1.0-2-gabc')
    assert.deepEqual((await tag('tagged')).reason?.params, { tag: 'v1.0-2-gabc', since: 0 })
    world.commit('tagged')
    world.git('tagged', 'tag', 'été/v2;$x')
    world.commit('tagged')
    world.commit('tagged')
    const verdict = await tag('tagged')
    assert.equal(verdict.status, 'pass')
    assert.deepEqual(verdict.reason?.params, { tag: 'été/v2;$x', since: 2 })
    assert.deepEqual(measured(verdict), { commits_since_tag: 2 })
  })

  it('warns when no tag leads here, even if one stands elsewhere', async () => {
    world.clone('untagged')
    assert.equal((await tag('untagged')).reason?.code, 'git.no-tag')
    world.commit('untagged')
    world.git('untagged', 'tag', 'ahead')
    world.git('untagged', 'reset', '--quiet', '--hard', 'HEAD~1')
    const verdict = await tag('untagged')
    assert.deepEqual([verdict.status, verdict.reason?.code], ['warn', 'git.no-tag'])
  })

  it('cannot tell in a history that is cut before the first tag', async () => {
    world.git('origin', 'tag', 'old')
    world.git('origin', 'push', '--quiet', '--tags')
    world.commit('origin')
    world.git('origin', 'push', '--quiet')
    world.clone('shallow', '--depth=1')
    const verdict = await tag('shallow')
    assert.deepEqual([verdict.status, verdict.reason?.code], ['error', 'git.history-cut'])
    world.git('shallow', 'fetch', '--quiet', '--unshallow', '--tags')
    assert.equal((await tag('shallow')).status, 'pass')
  })
})

describe('every check of git', () => {
  const checks = [cleanCheck, behindCheck, tagCheck]

  async function lookAll(path: string, context: () => TestContext): Promise<string[]> {
    const verdicts: string[] = []
    for (const check of checks) {
      const sample = await check.probe(aComponent(gitOptions.parse({ path })), {}, context())
      // Each is judged by its own kind: the loop only loses which.
      const verdict = check.judge(sample as never, {})
      verdicts.push(`${verdict.status} ${verdict.reason?.code}`)
    }
    return verdicts
  }

  it('is skipped for a missing tool when git is not installed', async () => {
    world.clone('no-tool')
    const all = await lookAll('no-tool', () => world.context({ PATH: join(world.dir, 'nothing') }))
    assert.deepEqual(all, Array(3).fill('skipped git.missing'))
  })

  it('does not read a repository of another user, and says how to trust it', async () => {
    const path = world.clone("theirs' own")
    let env: Record<string, string> = {}
    if (process.getuid?.() === 0) {
      chownSync(path, 65_534, 65_534)
      chownSync(join(path, '.git'), 65_534, 65_534)
    } else {
      // Who is not root cannot give a folder away: git then only believes that it is another's.
      env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }
    }
    assert.deepEqual(await lookAll("theirs' own", () => world.context(env)), Array(3).fill('error git.not-ours'))
    const verdict = await clean("theirs' own", world.context(env))
    assert.ok(verdict.status === 'error')
    assert.equal(verdict.reason.params['path'], path)
    assert.equal(verdict.remedy?.params['path'], `'${path.replace("'", "'\\''")}'`)
  })

  it('reads the same whatever language git speaks to its user', async () => {
    world.clone('french')
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    // Stands for a git with its French catalog: it speaks English to who asks for it only.
    const script = `#!/bin/sh\ncase "$LC_ALL" in C|C.*) exec ${real} "$@";; esac\necho 'fatal : ce n’est pas un dépôt git' >&2\nexit 128\n`
    world.write('french-bin/git', script)
    chmodSync(join(world.dir, 'french-bin/git'), 0o755)
    const PATH = `${join(world.dir, 'french-bin')}:${process.env['PATH']}`
    const before = process.env['LC_ALL']
    process.env['LC_ALL'] = 'fr_FR.UTF-8'
    try {
      const all = await lookAll('french', () => world.context({ PATH, LANG: 'fr_FR.UTF-8', LANGUAGE: 'fr' }))
      assert.deepEqual(all, ['pass git.clean', 'pass git.level', 'pass git.last-tag'])
    } finally {
      if (before === undefined) delete process.env['LC_ALL']
      else process.env['LC_ALL'] = before
    }
  })
})
