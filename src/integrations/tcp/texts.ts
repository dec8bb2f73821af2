import { message } from '../../core/message.ts'

export const closed = message<{ address: string; why: string }>('tcp.closed', {
  en: (p) => `${p.address} takes no connection: ${english[p.why] ?? p.why}`,
  fr: (p) => `${p.address} n'accepte aucune connexion : ${french[p.why] ?? p.why}`,
})
export const closedRemedy = message<{ host: string; port: number }>('tcp.closed-remedy', {
  en: (p) => `Is the service running, and is the way to it open? Try: nc -vz ${p.host} ${p.port}`,
  fr: (p) => `Le service est-il démarré, et le chemin ouvert ? Essayez : nc -vz ${p.host} ${p.port}`,
})
const english: Readonly<Record<string, string>> = {
  refused: 'connection refused',
  'timed-out': 'no answer in time',
  'name-not-found': 'the name is not known',
  unreachable: 'no way there',
  reset: 'the connection was cut',
}
const french: Readonly<Record<string, string>> = {
  refused: 'connexion refusée',
  'timed-out': 'pas de réponse à temps',
  'name-not-found': 'nom inconnu',
  unreachable: 'aucun chemin',
  reset: 'connexion coupée',
}
export const wrongGreeting = message<{ address: string; got: string; want: string }>('tcp.wrong-greeting', {
  en: (p) => `${p.address} says "${p.got}", expected /${p.want}/`,
  fr: (p) => `${p.address} annonce « ${p.got} », attendu /${p.want}/`,
})
export const silent = message<{ address: string; want: string }>('tcp.silent', {
  en: (p) => `${p.address} takes connections but says nothing in time, expected /${p.want}/`,
  fr: (p) => `${p.address} accepte les connexions mais n'annonce rien à temps, attendu /${p.want}/`,
})
export const hungUp = message<{ address: string; want: string }>('tcp.hung-up', {
  en: (p) => `${p.address} takes connections and ends them without a word, expected /${p.want}/`,
  fr: (p) => `${p.address} accepte les connexions et les coupe sans un mot, attendu /${p.want}/`,
})
export const tooSlow = message<{ want: string }>('tcp.too-slow', {
  en: (p) => `could not tell: the search for /${p.want}/ in the greeting was given up, it takes too long`,
  fr: (p) => `indéterminé : la recherche de /${p.want}/ dans l'annonce a été abandonnée, elle est trop longue`,
})
export const tooSlowRemedy = message('tcp.too-slow-remedy', {
  en: () => 'Write the pattern without a repetition in a repetition, such as (a+)+',
  fr: () => 'Écrivez le motif sans répétition dans une répétition, comme (a+)+',
})
export const open = message<{ ms: number }>('tcp.open', {
  en: (p, f) => `connected in ${f.duration(p.ms)}`,
  fr: (p, f) => `connecté en ${f.duration(p.ms)}`,
})
export const tcpTexts = [closed, closedRemedy, wrongGreeting, silent, hungUp, tooSlow, tooSlowRemedy, open]
