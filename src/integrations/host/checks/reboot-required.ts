import { readdir } from 'node:fs/promises'
import { release } from 'node:os'
import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { CommandResult, StepContext } from '../../../core/context.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { newerKernel } from '../kernels.ts'
import { exists, look } from '../look.ts'
import type { HostOptions } from '../options.ts'
import {
  fine,
  inContainer,
  installHint,
  noEvidence,
  olderKernel,
  rebootRemedy,
  rebootSummary,
  rebootTexts,
  required,
} from '../reboot-texts.ts'

const note = '/var/run/reboot-required'
/** Any of these writes the note when it should be there: then its absence says something. */
const noters = [
  '/etc/kernel/postinst.d/unattended-upgrades',
  '/etc/kernel/postinst.d/update-notifier',
  '/usr/share/update-notifier/notify-reboot-required',
]
const containerMarks = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container']

export interface RebootSample {
  readonly isNoted: boolean
  readonly packages: readonly string[]
  /** The package hook that would write the note. */
  readonly noter: string | undefined
  /** `needs-restarting -r` of RHEL and its kin: 1 is yes, 0 no; undefined when it is not there or could not tell. */
  readonly needsRestarting: 0 | 1 | undefined
  readonly running: string
  /** Kernels in /boot. */
  readonly installed: readonly string[]
  readonly isContainer: boolean
}

/** Does an update wait for a reboot? The absence of a note is only believed where something would write it. */
export const rebootRequiredCheck = defineCheck<HostOptions>()({
  kind: 'host-reboot-required',
  summary: rebootSummary,
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'important',
  messages: rebootTexts,
  probe: async (_, __, ctx): Promise<RebootSample> => {
    const packages = (await look(`${note}.pkgs`, ctx)) ?? ''
    // What cannot be listed shows no kernel, and is then no evidence either.
    const boot = await readdir('/boot').catch(() => [])
    const installed = boot.filter((name) => name.startsWith('vmlinuz-')).map((name) => name.slice('vmlinuz-'.length))
    const isNoted = await exists(note)
    const noter = (await first(noters)) ?? undefined
    ctx.record({ what: note, output: isNoted ? 'there' : `not there; written by ${noter ?? 'nothing on this host'}` })
    ctx.record({ what: '/boot/vmlinuz-*', output: `${installed.join('\n')}\nrunning: ${release()}` })
    return {
      isNoted,
      packages: [...new Set(packages.split('\n').filter((line) => line !== ''))],
      noter,
      needsRestarting: await askNeedsRestarting(ctx),
      running: release(),
      installed,
      isContainer: (await first(containerMarks)) !== undefined,
    }
  },
  judge: ({ isNoted, packages, noter, needsRestarting, running, installed, isContainer }): Verdict => {
    const kernel = newerKernel(running, installed)
    const warn = (reason: ReturnType<typeof required>): Verdict => ({
      status: 'warn',
      saw: 1,
      reason,
      remedy: rebootRemedy({}),
    })
    if (isNoted) return warn(required({ packages, by: note }))
    if (needsRestarting === 1) return warn(required({ packages: [], by: 'needs-restarting -r' }))
    if (typeof kernel === 'object') return warn(olderKernel({ running, newest: kernel.newest }))
    const looked = [
      ...(noter === undefined ? [] : [note]),
      ...(needsRestarting === undefined ? [] : ['needs-restarting -r']),
      ...(kernel === undefined ? [] : ['/boot']),
    ]
    if (looked.length > 0) return { status: 'pass', saw: looked.length, reason: fine({ running, looked }) }
    if (isContainer) return { status: 'skipped', because: 'by-design', reason: inContainer({}) }
    return { status: 'skipped', because: 'missing-tool', reason: noEvidence({}), remedy: installHint({}) }
  },
})

async function askNeedsRestarting(ctx: StepContext): Promise<0 | 1 | undefined> {
  if ((await first(['/usr/bin/needs-restarting', '/bin/needs-restarting'])) === undefined) return undefined
  return needsRestartingAnswer(await ctx.run({ argv: ['needs-restarting', '-r'], timeoutMs: 20_000 }))
}

/** Exit code 1 is also that of a program that failed: only with its sentence it is an answer (yum-utils, dnf-plugins-core). */
export function needsRestartingAnswer({ outcome, exitCode, stdout }: CommandResult): 0 | 1 | undefined {
  if (outcome !== 'exited') return undefined
  if (exitCode === 0) return 0
  return exitCode === 1 && /reboot is (?:required|necessary)/i.test(stdout) ? 1 : undefined
}

async function first(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await exists(file)) return file
  return undefined
}
