import type { BackupAbility } from '../../core/backup.ts'
import { digestKey, factsOf } from './config-facts.ts'
import { readSet } from './config-files.ts'
import type { ConfigSetOptions } from './options.ts'
import { packSet, setPart } from './set-archive.ts'

/** What was in the last backup that was made, for the check that tells what changed since. */
export const backedUpSnapshot = 'config-set-backed-up'

/** Configs as one small archive, which always is a secret. */
export function setBackup(options: ConfigSetOptions): BackupAbility {
  return {
    survey: async (ctx) => {
      const files = await readSet(options, ctx)
      const bytes = files.reduce((sum, { content }) => sum + content.length + 1024, 1024)
      return { parts: [{ name: setPart, file: `${setPart}.tar`, bytes, isSecret: true }], notes: [] }
    },
    dump: async (ctx, _, write) => {
      const files = await readSet(options, ctx)
      const facts = await factsOf(files, await ctx.ownKey(digestKey))
      await packSet(files, write)
      await ctx.snapshots.keep(backedUpSnapshot, facts)
      return { facts, notes: [] }
    },
    planRestore: async (ctx, stored, wanted) =>
      (await import('./restore-set.ts')).planSetRestore(options, stored, wanted, ctx),
    restore: async (ctx, stored, action) => (await import('./restore-set.ts')).restoreSet(stored, action, ctx),
    rehearse: async (ctx, stored, scratch) => (await import('./rehearse-set.ts')).rehearseSet(stored, scratch, ctx),
    verify: async (ctx, stored) => (await import('./verify-set.ts')).verifySet(stored, ctx),
    byHand: () => [
      'mkdir -m 700 restored',
      `tar --numeric-owner -xpf ${setPart}.tar -C restored`,
      '# restored/base is the folder of vigie.config, restored/root is the root of the machine',
    ],
  }
}
