import type { Formatter } from '../../core/formatter.ts'
import type { Walk } from './walk.ts'

/** How much of a tree was not looked at, as a text tells it. */
export type LeftOut = {
  readonly protected: number
  readonly mounts: number
  /** One of them; '' when nothing was left out. */
  readonly example: string
}

export function leftOutOf({ protectedPlaces, borders }: Pick<Walk, 'protectedPlaces' | 'borders'>): LeftOut {
  const example = borders[0] ?? protectedPlaces[0] ?? ''
  return { protected: protectedPlaces.length, mounts: borders.length, example }
}

/** What follows the rest of a text; nothing when all was looked at. */
export const exceptFor = {
  en: ({ leftOut }: { readonly leftOut: LeftOut }, f: Formatter): string =>
    said(leftOut, '; left out: ', [
      f.plural(leftOut.mounts, { one: '1 mount', other: `${f.number(leftOut.mounts)} mounts` }),
      f.plural(leftOut.protected, {
        one: '1 protected place',
        other: `${f.number(leftOut.protected)} protected places`,
      }),
    ]),
  fr: ({ leftOut }: { readonly leftOut: LeftOut }, f: Formatter): string =>
    said(leftOut, '\u00a0; laissés de côté\u00a0: ', [
      f.plural(leftOut.mounts, { one: '1 montage', other: `${f.number(leftOut.mounts)} montages` }),
      f.plural(leftOut.protected, {
        one: '1 emplacement protégé',
        other: `${f.number(leftOut.protected)} emplacements protégés`,
      }),
    ]),
}

function said(leftOut: LeftOut, before: string, [mounts = '', places = '']: readonly string[]): string {
  const parts = [...(leftOut.mounts > 0 ? [mounts] : []), ...(leftOut.protected > 0 ? [places] : [])]
  return parts.length === 0 ? '' : `${before}${parts.join(', ')} (${leftOut.example})`
}
