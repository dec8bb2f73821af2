import { resolve } from 'node:path'
import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { changedCheck } from './checks/changed.ts'
import { placesOf } from './config-files.ts'
import { diffTexts } from './diff-texts.ts'
import { configSetOptions } from './options.ts'
import { setBackup } from './set-backup.ts'
import { setTexts } from './set-texts.ts'

export const configSetComponent = defineComponent({
  kind: 'config-set',
  summary: message('config-set.summary', {
    en: () => 'the configs that the system is set up by: .env, compose file, prometheus.yml, grafana.ini',
    fr: () => 'les configurations du système\u00a0: .env, fichier compose, prometheus.yml, grafana.ini',
  }),
  options: configSetOptions,
  checks: [changedCheck],
  tasks: [],
  identity: ({ files }, baseDir) =>
    [baseDir, ...files.map((file) => resolve(baseDir, typeof file === 'string' ? file : file.path))].join('\n'),
  abilities: (options) => ({
    protectedPaths: async (ctx) => placesOf(options, ctx).map(({ absolute }) => absolute),
    backup: setBackup(options),
  }),
  messages: [...setTexts, ...diffTexts],
})
