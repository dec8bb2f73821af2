import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { supabaseOptions } from './options.ts'
import { supabaseTexts } from './texts.ts'

export const supabaseMigrations = defineMigrationTool({
  kind: 'supabase',
  summary: message('supabase.summary', { en: () => 'Supabase', fr: () => 'Supabase' }),
  options: supabaseOptions,
  messages: supabaseTexts,
  load: async () => (await import('./tool.ts')).supabaseTool,
})
