import { defineComponent } from '../../core/component.ts'
import { message } from '../../core/message.ts'
import { certificateCheck } from './checks/certificate.ts'
import { tlsOptions } from './options.ts'

export const tlsComponent = defineComponent({
  kind: 'tls',
  summary: message('tls.summary', {
    en: () => 'a TLS server and its certificate',
    fr: () => 'un serveur TLS et son certificat',
  }),
  options: tlsOptions,
  checks: [certificateCheck],
  tasks: [],
  identity: ({ host, port }) => `${host}:${port}`,
})
