import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { message } from '../../core/message.ts'
import { noTime } from '../../core/refusals.ts'
import { volumeName } from '../../platform/docker/volumes.ts'

export const notAVolume = message('volume.not-a-name', {
  en: () => 'not the name of a Docker volume: letters, digits, "_", "." and "-", beginning with a letter or a digit',
  fr: () =>
    "n'est pas un nom de volume Docker : lettres, chiffres, « _ », « . » et « - », en commençant par une lettre ou un chiffre",
})

export const volumeOptions = z.strictObject({
  /** As `docker volume ls` shows it; in a compose stack the name of the project stands before it: `shop_uploads`. */
  name: z.string().regex(volumeName, notAVolume.code),
  /** Where the engine listens, as DOCKER_HOST has it. Default: that variable, else /var/run/docker.sock. */
  host: z.string().min(1).optional(),
  /**
   * What is done while a container writes into it. `auto`: one with data of PostgreSQL is stopped and started again, others
   * are paused. `live` copies while it is written; a file that changes meanwhile ends the copy, and PostgreSQL is refused.
   */
  whileInUse: z.enum(['auto', 'stop', 'pause', 'live']).default('auto'),
  /**
   * What reads and writes the volume where Vigie may not do so itself: an image with tar that the engine has; it is never
   * pulled. Default: that of a container which has the volume, or a small one that is there.
   */
  image: z.string().min(1).optional(),
  /** How long a container may take to stop before it is killed; PostgreSQL writes all it has in memory meanwhile. */
  stopWithin: durationSchema.refine((ms) => ms >= 1000, noTime.code).default(120_000),
  /** After a restore in its place: all that have the volume must be healthy again within it, or the old content comes back. */
  healthyWithin: durationSchema.refine((ms) => ms >= 1000, noTime.code).default(120_000),
  /** A restore makes device nodes too, where the backup has some. */
  allowDevices: z.boolean().default(false),
})
export type VolumeOptions = z.output<typeof volumeOptions>
