import type { ConfiguredChannel, Route, System } from '../config/system.ts'
import type { Locale } from '../core/message.ts'

/** What telling needs to know of a system. */
export interface NotifySystem {
  readonly name: string
  /** Of its messages, and of their times. */
  readonly locale: Locale
  readonly timezone: string
  /** The folder of the config file: files of secrets are relative to it. Absolute. */
  readonly baseDir: string
  /** The address of this Vigie without a slash at its end, when it has a public one. */
  readonly publicUrl: string | undefined
  readonly channels: readonly ConfiguredChannel[]
  readonly routes: readonly Route[]
}

/** @param locale of a system that does not say */
export function notifySystem(system: System, publicUrl: string | undefined, locale: Locale): NotifySystem {
  const { name, baseDir, channels, routes, settings } = system
  return {
    name,
    locale: settings.locale ?? locale,
    timezone: settings.timezone,
    baseDir,
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    channels,
    routes,
  }
}
