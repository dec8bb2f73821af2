import type { Text } from '../../core/message.ts'
import type { GeneratedFile } from '../generated-file.ts'
import { dashboardNote } from '../messages.ts'
import type { Say } from '../words.ts'
import { datasource, layOut, type PanelSpec } from './panel.ts'

/** The model of Grafana 11; newer ones read it. */
const schemaVersion = 39

/** A dashboard as Grafana provisions it, with the system and its components to choose from. */
export function dashboard(name: string, title: Text, panels: readonly PanelSpec[], say: Say): GeneratedFile {
  const model = {
    description: say(dashboardNote({})),
    uid: `vigie-${name}`,
    title: `Vigie · ${say(title)}`,
    tags: ['vigie'],
    schemaVersion,
    version: 1,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: [variable('system', 'up{system!=""}'), variable('component', 'up{system=~"$system"}')] },
    annotations: { list: [] },
    links: [],
    panels: layOut(panels, say),
  }
  return { path: `grafana/${name}.json`, text: `${JSON.stringify(model, null, 2)}\n` }
}

function variable(name: string, series: string): object {
  const query = `label_values(${series}, ${name})`
  return {
    name,
    type: 'query',
    datasource,
    definition: query,
    query: { query, refId: `Prometheus-${name}` },
    refresh: 2,
    includeAll: true,
    multi: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
    sort: 1,
  }
}
