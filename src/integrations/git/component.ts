import { resolve } from 'node:path'
import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { behindCheck } from './checks/behind.ts'
import { cleanCheck } from './checks/clean.ts'
import { tagCheck } from './checks/tag.ts'
import { gitOptions } from './git.ts'

export const gitComponent = defineComponent({
  kind: 'git',
  summary: message('git.summary', { en: () => 'a git checkout', fr: () => 'une copie de travail git' }),
  options: gitOptions,
  checks: [cleanCheck, behindCheck, tagCheck],
  tasks: [],
  identity: ({ path }, baseDir) => resolve(baseDir, path),
  abilities: ({ path }) => ({ protectedPaths: async ({ baseDir }) => [resolve(baseDir, path, '.git')] }),
})
