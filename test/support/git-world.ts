import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../src/platform/command-runner.ts'
import { type TestContext, testContext } from './context.ts'

/** Real repositories in a folder of their own, apart from the settings of the machine and its user. */
export interface GitWorld {
  readonly dir: string
  readonly home: string
  /** Runs git in a folder of the world and gives what it printed. */
  git(folder: string, ...args: string[]): string
  write(file: string, text: string): void
  commit(folder: string, text?: string): string
  /** A bare remote `remote.git` with one commit on main, and a checkout of it. */
  clone(name: string, ...options: string[]): string
  /** A context whose commands see this world's home, and `env` beside it. */
  context(env?: Readonly<Record<string, string>>, timeoutMs?: number): TestContext
  remove(): void
}

export function gitWorld(): GitWorld {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-git-'))
  const home = join(dir, 'home')
  mkdirSync(home)
  const apart = { HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  const person = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org' }
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...apart,
    ...person,
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-C', join(dir, folder), ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const write = (file: string, text: string): void => {
    mkdirSync(join(dir, file, '..'), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  let commits = 0
  const commit = (folder: string, text = `commit ${++commits}`): string => {
    write(`${folder}/file.txt`, text)
    git(folder, 'add', '--all')
    git(folder, 'commit', '--quiet', '--message', text)
    return git(folder, 'rev-parse', 'HEAD').trim()
  }
  git('.', 'init', '--quiet', '--bare', '--initial-branch=main', 'remote.git')
  git('.', 'init', '--quiet', '--initial-branch=main', 'origin')
  commit('origin')
  git('origin', 'remote', 'add', 'origin', join(dir, 'remote.git'))
  git('origin', 'push', '--quiet', '--set-upstream', 'origin', 'main')
  return {
    dir,
    home,
    git,
    write,
    commit,
    clone: (name, ...options) => {
      git('.', 'clone', '--quiet', ...options, `file://${join(dir, 'remote.git')}`, name)
      return join(dir, name)
    },
    context: (more = {}, timeoutMs = 10_000) => {
      const signal = new AbortController().signal
      const ctx: TestContext = testContext({
        baseDir: dir,
        timeoutMs,
        run: async (spec) => {
          const result = await runCommand(
            { ...spec, env: { ...spec.env, ...apart, ...more } },
            { signal, graceMs: 200 },
          )
          ctx.evidence.push({ what: spec.argv.join(' '), output: result.stdout + result.stderr })
          return result
        },
      })
      return ctx
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
