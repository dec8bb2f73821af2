import type { CommandLine, OptionSpec } from '../command.ts'
import { say } from './say.ts'
import { consent } from './shared-options.ts'

const entry: OptionSpec = {
  type: 'string',
  value: 'NAME',
  summary: say(
    'backups-entry',
    'which entry of backups (default: the only one)',
    'quelle entrée de backups (par défaut : la seule)',
  ),
}

export const backupsCommands: readonly CommandLine[] = [
  {
    words: ['backups', 'create'],
    positionals: '[ENTRY]',
    maxPositionals: 1,
    options: {
      component: {
        type: 'string',
        value: 'NAME',
        multiple: true,
        summary: say('backups-only', 'only this component of the entry', 'seulement ce composant de l’entrée'),
      },
      ...consent,
    },
    summary: say('backups-create', 'make a backup now', 'faire une sauvegarde maintenant'),
    load: async () => (await import('../commands/backups/create.ts')).backupsCreateCommand,
  },
  {
    words: ['backups', 'list'],
    positionals: '[BACKUP]',
    maxPositionals: 1,
    options: {
      entry,
      removed: {
        type: 'boolean',
        summary: say('backups-removed', 'those too that are gone', 'celles aussi qui ont été supprimées'),
      },
    },
    summary: say(
      'backups-list',
      'the backups, and when each was proved; or one, with its parts and what was noted of them',
      'les sauvegardes, et quand chacune a été prouvée ; ou une seule, avec ses parties et leurs notes',
    ),
    load: async () => (await import('../commands/backups/list.ts')).backupsListCommand,
  },
  {
    words: ['backups', 'verify'],
    positionals: '[BACKUP]',
    maxPositionals: 1,
    options: {
      entry,
      all: { type: 'boolean', summary: say('backups-all', 'read every byte of all', 'lire chaque octet de toutes') },
    },
    summary: say(
      'backups-verify',
      'look whether backups are there whole, byte for byte, and hold what was copied',
      'voir si les sauvegardes sont là, entières, octet par octet, avec ce qui a été copié',
    ),
    load: async () => (await import('../commands/backups/verify.ts')).backupsVerifyCommand,
  },
  {
    words: ['backups', 'restore'],
    positionals: '[BACKUP]',
    maxPositionals: 1,
    options: {
      entry,
      component: {
        type: 'string',
        value: 'NAME',
        summary: say('backups-component', 'which component of the backup', 'quel composant de la sauvegarde'),
      },
      table: {
        type: 'string',
        value: 'NAME',
        multiple: true,
        summary: say('backups-table', 'only this table', 'seulement cette table'),
      },
      file: {
        type: 'string',
        value: 'PATH',
        multiple: true,
        summary: say('backups-file', 'only this file or folder', 'seulement ce fichier ou dossier'),
      },
      to: {
        type: 'string',
        value: 'NAME',
        summary: say('backups-to', 'the new name: a database, a folder', 'le nouveau nom : une base, un dossier'),
      },
      from: {
        type: 'string',
        value: 'PLACE',
        summary: say(
          'backups-from',
          'without a config: from this folder or s3://bucket/prefix, as files into --to',
          'sans configuration : depuis ce dossier ou s3://bucket/préfixe, en fichiers dans --to',
        ),
      },
      identity: {
        type: 'string',
        value: 'FILE',
        summary: say('backups-identity', 'with --from: the private key of age', 'avec --from : la clé privée age'),
      },
      over: {
        type: 'boolean',
        summary: say(
          'backups-over',
          'in the place of the living one, which is backed up first',
          'à la place de l’actuel, sauvegardé d’abord',
        ),
      },
      ...consent,
    },
    summary: say(
      'backups-restore',
      'bring back a backup, latest by default, beside the living one',
      'ramener une sauvegarde, la dernière par défaut, à côté de l’actuel',
    ),
    load: async () => (await import('../commands/backups/restore.ts')).backupsRestoreCommand,
  },
  {
    words: ['backups', 'drill'],
    positionals: '[BACKUP]',
    maxPositionals: 1,
    options: { entry, ...consent },
    summary: say(
      'backups-drill',
      'rehearse a restore in a place that is thrown away, and prove the backup',
      'répéter une restauration dans un lieu jetable, et prouver la sauvegarde',
    ),
    load: async () => (await import('../commands/backups/drill.ts')).backupsDrillCommand,
  },
  {
    words: ['backups', 'prune'],
    options: { entry, ...consent },
    summary: say(
      'backups-prune',
      'let backups go that no rule keeps; never the last good or proved one',
      'supprimer les sauvegardes qu’aucune règle ne garde ; jamais la dernière bonne ou prouvée',
    ),
    load: async () => (await import('../commands/backups/prune.ts')).backupsPruneCommand,
  },
]
