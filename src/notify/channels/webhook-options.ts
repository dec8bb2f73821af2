import * as z from 'zod'
import { secretSchema } from '../../core/secret.ts'
import { fillTemplate, placeholders, unknownPlaceholders } from './webhook-template.ts'

/** A token (RFC 9110 §5.6.2) that is not one of those which are ours to write. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'not the name of a header')
  .refine(
    (name) => !/^(webhook-.*|content-length|content-type|host|connection|transfer-encoding|user-agent)$/i.test(name),
    {
      message: 'this header is written by Vigie; for the type of the body there is contentType',
    },
  )

export const webhookOptions = z
  .strictObject({
    url: secretSchema.meta({ description: 'an http:// or https:// address' }),
    /** The key of the signature; `whsec_…` as Standard Webhooks writes it, or any text. Without it nothing is signed. */
    secret: secretSchema.optional(),
    headers: z.record(headerName, secretSchema).default({}),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=utf-8)?$/i, 'not a content type, such as application/json')
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
      ctx.addIssue({ code: 'custom', path: ['template'], message: `{{${name}}} is no placeholder; known: ${known}` })
    }
    if (/json/i.test(contentType) && !isJson(filledOnTrial(template))) {
      const message = 'with every placeholder filled in this is no JSON: put those of texts between quotation marks'
      ctx.addIssue({ code: 'custom', path: ['template'], message })
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
