import * as z from 'zod'
import { notAContentType, notAHeader, notAJsonTemplate, notAPlaceholder, ownHeader } from '../../core/refusals.ts'
import { secretAddressSchema, secretSchema } from '../../core/secret.ts'
import { fillTemplate, placeholders, unknownPlaceholders } from './webhook-template.ts'

/** A token (RFC 9110 §5.6.2) that is not one of those which are ours to write. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, notAHeader.code)
  .refine(
    (name) => !/^(webhook-.*|content-length|content-type|host|connection|transfer-encoding|user-agent)$/i.test(name),
    ownHeader.code,
  )

export const webhookOptions = z
  .strictObject({
    url: secretAddressSchema.meta({ description: 'an http:// or https:// address' }),
    /** The key of the signature; `whsec_…` as Standard Webhooks writes it, or any text. Without it nothing is signed. */
    secret: secretSchema.optional(),
    headers: z.record(headerName, secretSchema).default({}),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=utf-8)?$/i, notAContentType.code)
      .default('application/json'),
    /** The body, with placeholders such as `{{headline}}`; without it, all that is known as JSON. */
    template: z.string().min(1).max(20_000).optional(),
    /** Also to addresses of the own network; else only to those of the internet at large. */
    allowPrivate: z.boolean().default(false),
  })
  .superRefine(({ template, contentType }, ctx) => {
    if (template === undefined) return
    for (const name of unknownPlaceholders(template)) {
      const known = Object.keys(placeholders).join(', ')
      ctx.addIssue({ code: 'custom', path: ['template'], message: notAPlaceholder.code, params: { name, known } })
    }
    if (/json/i.test(contentType) && !isJson(filledOnTrial(template))) {
      ctx.addIssue({ code: 'custom', path: ['template'], message: notAJsonTemplate.code })
    }
  })

function filledOnTrial(template: string): string {
  const names = Object.keys(placeholders)
  const values = names.map((name) => [name, name === 'data' ? '{}' : name === 'count' ? '1' : 'a "b"\n'])
  return fillTemplate(template, Object.fromEntries(values), true)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
