import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { engineAt } from '../../platform/docker/engine-address.ts'
import { engineTexts } from '../../platform/docker/engine-texts.ts'
import { healthyTexts } from '../../platform/docker/healthy.ts'
import { holdTexts } from '../../platform/docker/hold-texts.ts'
import { accessTexts } from './access/access-texts.ts'
import { volumeBackup } from './backup.ts'
import { dumpTexts } from './dump-texts.ts'
import { hostileTexts } from './hostile.ts'
import { notAVolume, volumeOptions } from './options.ts'
import { notRemoved } from './rehearse-texts.ts'
import { restoreTexts } from './restore/restore-texts.ts'
import { volumeGoneTexts } from './volume-texts.ts'

export const volumeComponent = defineComponent({
  kind: 'volume',
  summary: message('volume.summary', { en: () => 'a Docker volume', fr: () => 'un volume Docker' }),
  options: volumeOptions,
  checks: [],
  tasks: [],
  identity: ({ name, host }) => `${engineAt(host)} ${name}`,
  abilities: (options) => ({ backup: volumeBackup(options) }),
  messages: [
    ...[...engineTexts, ...holdTexts, ...healthyTexts, ...accessTexts, ...dumpTexts, ...hostileTexts],
    ...[...restoreTexts, ...volumeGoneTexts, notAVolume, notRemoved],
  ],
})
