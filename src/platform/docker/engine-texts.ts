import { message } from '../../core/message.ts'

export const noEngine = message<{ address: string; detail: string }>('docker.no-engine', {
  en: (p) => `The Docker engine at ${p.address} gave no answer: ${p.detail}`,
  fr: (p) => `Le moteur Docker à ${p.address} n'a pas répondu : ${p.detail}`,
})
export const noEngineHint = message<{ address: string }>('docker.no-engine-hint', {
  en: (p) =>
    `Look whether Docker runs and whether Vigie may use ${p.address} (group "docker", or root); name another with "host" or DOCKER_HOST.`,
  fr: (p) =>
    `Vérifiez que Docker fonctionne et que Vigie peut utiliser ${p.address} (groupe « docker », ou root) ; indiquez-en un autre par « host » ou DOCKER_HOST.`,
})
export const engineLate = message<{ address: string; path: string; limitMs: number }>('docker.engine-late', {
  en: (p, f) => `The Docker engine at ${p.address} did not answer ${p.path} within ${f.duration(p.limitMs)}.`,
  fr: (p, f) => `Le moteur Docker à ${p.address} n'a pas répondu à ${p.path} en ${f.duration(p.limitMs)}.`,
})
export const engineRefused = message<{ what: string; status: number; detail: string }>('docker.refused', {
  en: (p) => `The Docker engine refused ${p.what} (status ${p.status}): ${p.detail}`,
  fr: (p) => `Le moteur Docker a refusé ${p.what} (statut ${p.status}) : ${p.detail}`,
})
export const unreadableAnswer = message<{ what: string; detail: string }>('docker.unreadable', {
  en: (p) => `What the Docker engine answered to ${p.what} cannot be read: ${p.detail}`,
  fr: (p) => `La réponse du moteur Docker à ${p.what} est illisible : ${p.detail}`,
})
export const unusableAddress = message<{ address: string }>('docker.unusable-address', {
  en: (p) => `${p.address} is not an address of a Docker engine that Vigie can use.`,
  fr: (p) => `${p.address} n'est pas une adresse de moteur Docker que Vigie sait utiliser.`,
})
export const unusableAddressHint = message('docker.unusable-address-hint', {
  en: () =>
    'Write unix:///path/to/docker.sock, or tcp://127.0.0.1:2375 for one without TLS. For an engine behind SSH or TLS, forward its socket and name that.',
  fr: () =>
    'Écrivez unix:///chemin/vers/docker.sock, ou tcp://127.0.0.1:2375 pour un moteur sans TLS. Pour un moteur derrière SSH ou TLS, redirigez sa socket et indiquez celle-ci.',
})
export const streamCut = message<{ what: string }>('docker.stream-cut', {
  en: (p) => `The connection to the Docker engine broke in the middle of ${p.what}.`,
  fr: (p) => `La connexion au moteur Docker s'est rompue au milieu de ${p.what}.`,
})

export const engineTexts = [
  noEngine,
  noEngineHint,
  engineLate,
  engineRefused,
  unreadableAnswer,
  unusableAddress,
  unusableAddressHint,
  streamCut,
]
