import { createHash } from 'node:crypto'
import type { Locale } from '../core/message.ts'
import type { Reply } from './route.ts'

export interface Page {
  readonly status: number
  readonly title: string
  /** HTML, its texts escaped. */
  readonly body: string
  /** Rules beside those of all pages. */
  readonly style?: string
  /** Asks the browser to read it anew so often. */
  readonly refreshSeconds?: number
}

/** Large enough for a thumb and a tired eye; dark where the phone is. Contrast of all texts is at least 7 to 1. */
const style = `:root{color-scheme:light dark}
body{margin:0 auto;max-width:36rem;padding:1.5rem 1.25rem;font:1.125rem/1.5 system-ui,sans-serif;background:#fff;color:#16181d}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.25rem 0;overflow-wrap:anywhere}
.state{border-left:.5rem solid #16181d;padding-left:.75rem;font-weight:600;margin:1rem 0}
.critical,.high{border-color:#b3001b}
form{margin:1.5rem 0 .5rem}
button{width:100%;min-height:4.5rem;font:700 1.5rem system-ui,sans-serif;color:#fff;background:#0b3d91;border:.1875rem solid #0b3d91;border-radius:.75rem}
button:focus-visible{outline:.25rem solid #f5a300;outline-offset:.1875rem}
@media (prefers-color-scheme:dark){body{background:#0e1116;color:#f2f4f8}.state{border-color:#f2f4f8}.critical,.high{border-color:#ff8a8a}button{color:#0e1116;background:#a9c7ff;border-color:#a9c7ff}}`

/** A small page without scripts: nothing is loaded, framed, kept, or told to the next site. */
export function pageReply({ status, title, body, style: own, refreshSeconds }: Page, locale: Locale): Reply {
  const styles = own === undefined ? [style] : [style, own]
  return {
    status,
    type: 'text/html; charset=utf-8',
    headers: {
      'content-security-policy': `default-src 'none'; style-src ${styles.map(sourceOf).join(' ')}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'x-robots-tag': 'noindex',
      vary: 'accept-language',
    },
    body: `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
${refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`}<title>${escapeHtml(title)} · Vigie</title>
${styles.map((one) => `<style>${one}</style>`).join('\n')}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`,
  }
}

/** A style sheet as a content security policy names it. */
function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** For text between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
