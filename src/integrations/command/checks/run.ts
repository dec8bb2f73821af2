import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { judgeRun, type RunSample } from '../judge-run.ts'
import { argvOf, type CommandOptions, runOptions } from '../options.ts'
import { type Found, readOutput, searchOutput } from '../output.ts'
import { commandTexts } from '../texts.ts'

/**
 * Any command as a check: exit code, what its output says, a number in it. Without patterns the exit code alone counts;
 * to print nothing is an answer then, and so it is for `lacks`.
 */
export const runCheck = defineCheck<CommandOptions>()({
  kind: 'command-run',
  summary: message('command.run-summary', {
    en: () => 'the command ends as it should',
    fr: () => 'la commande se termine comme prévu',
  }),
  options: runOptions,
  cadence: 'daily',
  criticality: 'important',
  timeoutMs: 60_000,
  messages: commandTexts,
  probe: async (
    { options: { cwd, env, ...command } },
    { matches, lacks, number, maxOutput },
    ctx,
  ): Promise<RunSample> => {
    const folder = resolve(ctx.baseDir, cwd ?? '.')
    // Without its folder a program could not be started, which would look as if it were not installed.
    if (!(await isFolder(folder))) return { outcome: 'no-folder', folder }
    const revealed = Object.entries(env).map(async ([name, value]) => [name, await ctx.reveal(value)])
    const argv = argvOf({ ...command, env })
    const result = await ctx.run({
      argv,
      cwd: folder,
      env: Object.fromEntries(await Promise.all(revealed)),
      maxOutputBytes: maxOutput,
      timeoutMs: ctx.timeoutMs,
    })
    const output = readOutput(result, maxOutput)
    const search = (pattern: string | undefined): Found | undefined =>
      pattern === undefined || result.outcome !== 'exited' ? undefined : searchOutput(pattern, output)
    const found = { matches: search(matches), lacks: search(lacks), number: search(number?.match) }
    return { outcome: 'ran', program: argv[0], limitMs: ctx.timeoutMs, result, gap: output.gap, found }
  },
  judge: judgeRun,
})

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
