import * as z from 'zod'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'

/** Of age's own format, https://age-encryption.org/v1: a public key of X25519 in Bech32. */
const native = /^age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}$/
/** Kinds of SSH keys that age takes as they are. */
const ssh = /^(ssh-ed25519|ssh-rsa) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/

const unknown = message<{ recipient: string }>('backups.unknown-recipient', {
  en: (p) => `"${p.recipient}" is no public key that backups can be encrypted to`,
  fr: (p) => `« ${p.recipient} » n'est pas une clé publique vers laquelle chiffrer des sauvegardes`,
})
const unknownHint = message('backups.unknown-recipient-hint', {
  en: () =>
    'Write the line that "age-keygen -y key.txt" prints (age1…), or a public key of SSH (ssh-ed25519 or ssh-rsa).',
  fr: () =>
    'Écrivez la ligne qu’affiche « age-keygen -y key.txt » (age1…), ou une clé publique SSH (ssh-ed25519 ou ssh-rsa).',
})
const needsProgram = message('backups.age-missing', {
  en: () => 'Keys of SSH need the program "age", which is not there',
  fr: () => 'Les clés SSH demandent le programme « age », qui est introuvable',
})
const needsProgramHint = message('backups.age-missing-hint', {
  en: () => 'Install it (apt install age), or take a key of its own: age-keygen -o key.txt',
  fr: () => 'Installez-le (apt install age), ou prenez une clé à lui : age-keygen -o key.txt',
})
const notARecipient = message('backups.not-a-recipient', {
  en: () =>
    'is no public key to encrypt to: write age1… (62 characters), or a public key of SSH (ssh-ed25519, ssh-rsa)',
  fr: () =>
    "n'est pas une clé publique vers laquelle chiffrer : écrivez age1… (62 caractères), ou une clé publique SSH (ssh-ed25519, ssh-rsa)",
})
export const ageKeyTexts = [notARecipient, unknown, unknownHint, needsProgram, needsProgramHint]

/** A public key as a config writes it. */
export const recipientSchema = z
  .string()
  .refine((text) => native.test(text.trim()) || ssh.test(text.trim()), notARecipient.code)

/** The keys as age takes them, without what people write behind those of SSH. Throws `usage`. */
export function readRecipients(texts: readonly string[]): readonly string[] {
  return texts.map((text) => {
    const trimmed = text.trim()
    if (native.test(trimmed)) return trimmed
    const [, kind, key] = ssh.exec(trimmed) ?? []
    if (kind !== undefined && key !== undefined) return `${kind} ${key}`
    throw new VigieError('usage', unknown({ recipient: text.slice(0, 100) }), { hint: unknownHint({}) })
  })
}

export function isNativeRecipient(recipient: string): boolean {
  return native.test(recipient)
}

/** The private keys in a file as `age-keygen` writes it, with its comments; what else it holds is a key of SSH. */
export function readIdentities(texts: readonly string[]): {
  readonly native: readonly string[]
  readonly ssh: readonly string[]
} {
  const found = texts.flatMap((text) =>
    [...text.matchAll(/^\s*(AGE-SECRET-KEY-1[0-9A-Z]+)\s*$/gm)].map(([, key = '']) => key),
  )
  return { native: found, ssh: texts.filter((text) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----$/m.test(text)) }
}

export function ageMissing(): VigieError {
  return new VigieError('tool-missing', needsProgram({}), { hint: needsProgramHint({}) })
}
