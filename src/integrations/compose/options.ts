import * as z from 'zod'
import { message } from '../../core/message.ts'

export const notAProject = message('compose.not-a-project', {
  en: () =>
    'not the name of a compose project: lower-case letters, digits, "_" and "-", beginning with a letter or a digit',
  fr: () =>
    "n'est pas un nom de projet compose : minuscules, chiffres, « _ » et « - », en commençant par une lettre ou un chiffre",
})

export const composeOptions = z.strictObject({
  /** The compose file, or several that complete each other. Default: the one that compose itself finds in `dir`. */
  file: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  /** Its name (`docker compose ls`). Default: that of the running stack of these files, as compose finds it. */
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, notAProject.code)
    .optional(),
  /** The folder of the stack. Default: that of the first file, else that of the config. */
  dir: z.string().min(1).optional(),
  /** Where the engine listens, as DOCKER_HOST has it. Default: that variable, else /var/run/docker.sock. */
  host: z.string().min(1).optional(),
})
export type ComposeOptions = z.output<typeof composeOptions>
