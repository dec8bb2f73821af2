import type { Formatter } from '../core/formatter.ts'
import { message } from '../core/message.ts'

interface About {
  readonly [key: string]: string | number
  readonly id: string
  /** `db/database`, or `db/database public.orders`. */
  readonly what: string
  readonly value: number
  readonly usual: number
  readonly unit: 'bytes' | 'rows'
}

export const noSize = message('backups.size-none', {
  en: () => 'there is no good backup whose size could be looked at',
  fr: () => "il n'y a aucune bonne sauvegarde dont regarder la taille",
})
export const isFirst = message<{ id: string }>('backups.size-first', {
  en: (p) => `${p.id} is the first one: there is nothing to compare it with yet`,
  fr: (p) => `${p.id} est la première : rien à quoi la comparer pour l'instant`,
})
export const isEmptied = message<About>('backups.size-emptied', {
  en: (p, f) => `${p.what} is empty in ${p.id}; it had ${amount(p.usual, p.unit, f)}`,
  fr: (p, f) => `${p.what} est vide dans ${p.id} ; il y avait ${amount(p.usual, p.unit, f)}`,
})
export const isMissing = message<About>('backups.size-missing', {
  en: (p, f) => `${p.what} is not in ${p.id} any more; it had ${amount(p.usual, p.unit, f)}`,
  fr: (p, f) => `${p.what} n'est plus dans ${p.id} ; il y avait ${amount(p.usual, p.unit, f)}`,
})
export const hasShrunk = message<About>('backups.size-shrunk', {
  en: (p, f) => `${p.what} has ${amount(p.value, p.unit, f)} in ${p.id}, where ${amount(p.usual, p.unit, f)} are usual`,
  fr: (p, f) =>
    `${p.what} a ${amount(p.value, p.unit, f)} dans ${p.id}, au lieu des ${amount(p.usual, p.unit, f)} habituels`,
})
export const hasGrown = message<About>('backups.size-grown', {
  en: (p, f) =>
    `${p.what} has grown to ${amount(p.value, p.unit, f)} in ${p.id}, where ${amount(p.usual, p.unit, f)} are usual`,
  fr: (p, f) =>
    `${p.what} a grossi à ${amount(p.value, p.unit, f)} dans ${p.id}, au lieu des ${amount(p.usual, p.unit, f)} habituels`,
})
export const otherNumbers = message<{ count: number }>('backups.size-others', {
  en: (p, f) => `${f.number(p.count, 0)} other numbers are far from what is usual`,
  fr: (p, f) => `${f.number(p.count, 0)} autres nombres sont loin de l'habituel`,
})
export const wasItMeant = message<{ before: string }>('backups.size-remedy', {
  en: (p) =>
    `Was it meant? The one before is ${p.before}: vigie backups restore ${p.before} brings it back beside the living one`,
  fr: (p) =>
    `Était-ce voulu ? La précédente est ${p.before} : vigie backups restore ${p.before} la ramène à côté de l'original`,
})
export const isUsual = message<{ id: string; numbers: number; earlier: number }>('backups.size-fine', {
  en: (p, f) =>
    `${p.id} is as large as usual: ${f.plural(p.numbers, { one: '1 number', other: `${f.number(p.numbers, 0)} numbers` })} against ${f.plural(p.earlier, { one: 'the one before', other: `the ${f.number(p.earlier, 0)} before` })}`,
  fr: (p, f) =>
    `${p.id} a la taille habituelle : ${f.plural(p.numbers, { one: '1 nombre comparé', other: `${f.number(p.numbers, 0)} nombres comparés` })} ${f.plural(p.earlier, { one: 'à la précédente', other: `aux ${f.number(p.earlier, 0)} précédentes` })}`,
})

export const sizeTexts = [
  ...[noSize, isFirst, isEmptied, isMissing, hasShrunk, hasGrown, otherNumbers, wasItMeant, isUsual],
]

function amount(value: number, unit: About['unit'], format: Formatter): string {
  if (unit === 'bytes') return format.bytes(value)
  return `${format.number(value, 0)} ${format.locale === 'fr' ? 'lignes' : 'rows'}`
}
