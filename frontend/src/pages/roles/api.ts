import { api, ask } from '@/api/client'
import type { PermissionName } from '@/api/types'

export { roleRecords } from '@/api/records'

export const allPermissions = async (): Promise<PermissionName[]> => (await ask(api.GET('/permissions'))).items
