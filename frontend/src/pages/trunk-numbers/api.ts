import { api, ask } from '@/api/client'

export { trunkNumberRecords } from '@/api/records'

export const importNumbers = (carrier: string): Promise<{ added: string[]; kept: string[] }> =>
  ask(api.POST('/trunk-numbers/import', { body: { carrier } }))
