import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { shippedKinds } from '../../src/catalog.ts'
import { checkOnDemand } from '../../src/cli/on-demand.ts'
import { systemClock } from '../../src/core/clock.ts'
import { runRoutine } from '../../src/engine/run-routine.ts'
import { openStore } from '../../src/store/open.ts'
import { wire } from '../../src/wire.ts'
import { boxSystem } from './box-system.ts'
import { randomFrom } from './random-from.ts'

export interface BackupTortureResult {
  readonly kills: number
  /** By what was killed. */
  readonly killedIn: Readonly<Record<Work, number>>
  /** Runs that were cut off: a kill may also meet the end of the program, when all is written. */
  readonly interrupted: number
  /** Backups that were good at some time. */
  readonly good: number
  /** What was good and is not any more, or is called good and is not. */
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
}

type Work = 'create' | 'prune' | 'restore' | 'drill'
const works: readonly Work[] = ['create', 'create', 'prune', 'restore', 'drill']
const pollMs = 5
const program = join(import.meta.dirname, 'vigie.ts')
const compileCache = join(import.meta.dirname, '..', '..', '.artifacts', 'compile-cache')
const entry = `keep: { last: 2, unfinished: '1m' }, full: '1h'`
const approvals = `approvals: [{ step: 'nightly/prune', by: 'the test', until: '2199-12-31', maxActions: 1000 }]`

/**
 * Kills backups, prunes, restores and drills at `runs` moments chosen by the seed. After each kill all that is called good is read byte
 * for byte and compared with what there was to copy at its time, and what was good before must still be.
 */
export async function backupTorture({ runs, seed }: { runs: number; seed: number }): Promise<BackupTortureResult> {
  const random = randomFrom(seed)
  const linesOf = (age: number): string[] =>
    Array.from(
      { length: 60_000 },
      (_, line) => `${line} ${line % 50 === age % 50 ? random() : (line * 7919) % 1_000_003}`,
    )
  const system = boxSystem(linesOf(0), entry, approvals)
  const { config, dir, file, repository } = system
  const killedIn: Record<Work, number> = { create: 0, prune: 0, restore: 0, drill: 0 }
  const good = new Map<string, string>()
  const lost: string[] = []
  const lived: Partial<Record<Work, number>> = {}
  /** What there was to copy, and since when. A backup that was killed after its manifest counts from the next one on. */
  const contents: { readonly since: Date; readonly sum: string }[] = []
  const fill = (age: number): void => {
    writeFileSync(file, linesOf(age).join('\n'))
    contents.push({ since: systemClock.now(), sum: sumOf(readFileSync(file)) })
  }
  const contentAt = (at: string): string | undefined => contents.findLast(({ since }) => since <= new Date(at))?.sum
  const store = await openStore({ kind: 'sqlite', dir: join(dir, '.vigie') })
  try {
    const wordsOf = (work: Work): string[] => {
      const more = work === 'restore' ? ['latest', '--to', 'back.txt', '--yes'] : []
      return ['backups', work, ...more, ...config]
    }
    const isAtWork = async (): Promise<boolean> =>
      (await store.runs.list({ system: 'Shop', statuses: ['running'], limit: 1 })).length > 0
    /** Gives whether it was killed, this long after it had begun its run: its start is nothing that could be broken. */
    const live = async (work: Work, lifeMs: number | undefined): Promise<boolean> => {
      const child = spawn(process.execPath, [program, ...wordsOf(work)], {
        stdio: 'ignore',
        env: {
          ...process.env,
          CI: '1',
          LANG: 'en_GB.UTF-8',
          NODE_TEST_CONTEXT: undefined,
          NODE_COMPILE_CACHE: compileCache,
        },
      })
      const ended = once(child, 'exit')
      while (child.exitCode === null && !(await isAtWork())) await wait(pollMs)
      const began = performance.now()
      if (lifeMs !== undefined) await Promise.race([wait(lifeMs), ended])
      const isKilled = lifeMs !== undefined && child.exitCode === null && child.kill('SIGKILL')
      const [code] = await ended
      if (!isKilled) lived[work] = performance.now() - began
      if (!isKilled && code !== 0) lost.push(`${work} in peace ended with ${code}`)
      return isKilled
    }
    const judge = async (after: Work): Promise<void> => {
      const { listed, problem, interrupted } = await lookedAt(dir)
      seen.interrupted = interrupted
      const present = goodOf(listed).map(({ id }) => id)
      for (const id of present) {
        const [path] = globSync(join(repository, '**', id, 'manifest.json'))
        const manifest = path && JSON.parse(readFileSync(path, 'utf8'))
        const stored = manifest?.parts[0].packed.sha256
        if (!good.has(id)) good.set(id, contentAt(manifest?.startedAt ?? '') ?? 'nothing')
        if (stored !== good.get(id)) lost.push(`${id} holds what was not there to copy, after ${after}`)
      }
      if (present.length > 0 && problem !== undefined) lost.push(`after ${after}: ${problem}`)
      const gone = [...good.keys()].filter((id) => !present.includes(id))
      if (after !== 'prune' && gone.some((id) => known.has(id))) lost.push(`${after} took away ${gone.join(', ')}`)
      if (after === 'prune' && known.size > 0 && present.length === 0) lost.push('prune took the last good one')
      known = new Set(present)
    }
    let known = new Set<string>()
    const seen = { interrupted: 0 }
    fill(0)
    for (const work of ['create', 'create', 'prune', 'restore', 'drill'] as const) await live(work, undefined)
    await judge('create')
    for (let life = 1; life <= runs; life++) {
      const work = works[life % works.length] ?? 'create'
      fill(life)
      // One more than is kept, so that there is something to let go.
      if (work === 'prune') await live('create', undefined)
      const [whole, share] = [lived[work] ?? 1000, random() * 1.1]
      if (await live(work, whole * share)) {
        killedIn[work]++
        // It should have come to its end: the machine has become slower.
        if (share > 1) lived[work] = whole * 1.3
      }
      await judge(work)
    }
    for (const work of ['create', 'restore', 'drill', 'prune'] as const) await live(work, undefined)
    await judge('prune')
    const back = join(dir, 'back.txt')
    if (!existsSync(back) || sumOf(readFileSync(back)) !== sumOf(readFileSync(file)))
      lost.push('the restore at the end')
    const scratch = globSync(join(dir, '.vigie', 'scratch', '*', '*')).filter((one) => existsSync(one))
    if (scratch.length > 0)
      lost.push(`left on this machine: ${scratch.map((one) => one.slice(dirname(one).length)).join()}`)
    const kills = Object.values(killedIn).reduce((sum, count) => sum + count, 0)
    return { kills, killedIn, interrupted: seen.interrupted, good: good.size, lost, doubled: [] }
  } finally {
    await store.close()
    system.remove()
  }
}

/** The book, and what `backups verify --all` finds. Here and not in a process of its own: a hundred starts take minutes. */
async function lookedAt(dir: string): Promise<{
  readonly listed: readonly { readonly id: string; readonly status: string }[]
  readonly problem: string | undefined
  readonly interrupted: number
}> {
  const opened = await wire({
    ...{ cwd: dir, configs: [join(dir, 'vigie.config.ts')], dataDir: undefined, kinds: shippedKinds },
  })
  const { engine, store, system } = opened
  try {
    const listed = (await store.backups.list(system.name)).filter(({ removedAt }) => removedAt === undefined)
    const step = checkOnDemand(system, 'nightly/verify', { read: 'all' })
    const { steps } = await runRoutine(engine, {
      ...{ system, name: 'nightly/verify', at: undefined, steps: [step], isDryRun: false, startedBy: 'the torture' },
      ...{ consent: { yes: false, approve: undefined }, signal: new AbortController().signal },
    })
    const [verified] = steps
    const isSound = verified?.status === 'pass' && verified.measurements?.['backups'] === goodOf(listed).length
    const runs = await store.runs.list({ system: system.name, limit: 10_000 })
    const interrupted = runs.filter(({ status }) => status === 'interrupted').length
    return { listed, interrupted, problem: isSound ? undefined : JSON.stringify(verified) }
  } finally {
    await opened.close()
  }
}

function goodOf<Record extends { readonly status: string }>(records: readonly Record[]): readonly Record[] {
  return records.filter(({ status }) => status === 'succeeded')
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
