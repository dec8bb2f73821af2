import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { engineAt } from '../../platform/docker/engine-address.ts'
import { engineTexts } from '../../platform/docker/engine-texts.ts'
import { healthyTexts } from '../../platform/docker/healthy.ts'
import { composeOptions, notAProject } from './options.ts'
import { stackFolder } from './project-name.ts'
import { stackContainers, stackTexts } from './stack.ts'

export const composeComponent = defineComponent({
  kind: 'compose',
  summary: message('compose.summary', { en: () => 'a compose stack', fr: () => 'une pile compose' }),
  options: composeOptions,
  checks: [],
  tasks: [],
  identity: (options, baseDir) => `${engineAt(options.host)} ${options.project ?? stackFolder(options, baseDir)}`,
  abilities: (options) => ({ containers: stackContainers(options) }),
  messages: [...engineTexts, ...healthyTexts, ...stackTexts, notAProject],
})
