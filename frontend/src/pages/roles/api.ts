import { api, ask } from '@/api/client'
import type { Permission } from '@/api/types'

export { roleRecords } from '@/api/records'

export const allPermissions = async (): Promise<Permission[]> => (await ask(api.GET('/permissions'))).items
