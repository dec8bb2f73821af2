import type { System } from '../config/system.ts'
import type { Secret } from '../core/secret.ts'

/** A file of the export, whole. `path` is relative to the folder of the export. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
  /** One that is there already may stay as it is. */
  readonly isOptional?: true
}

/** A file that holds one secret and nothing else, since Prometheus and Alertmanager read secrets from files. */
export interface SecretFile {
  readonly path: string
  /** How the config names it: a variable or a file. */
  readonly source: string
  /** Undefined when it is not at hand. */
  readonly value: string | undefined
}

/** What stands in the first lines of each generated file: by it a file is known as ours and may be written over. */
export const marker = 'vigie export prometheus'

/** The value behind a secret of one system; undefined when it is not set. */
export type Reveal = (secret: Secret) => string | undefined

/** The value behind a secret of any system; undefined when it is not set. */
export type RevealOf = (system: System, secret: Secret) => string | undefined
