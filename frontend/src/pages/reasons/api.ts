import { api, ask } from '@/api/client'
import type { ReasonLists } from '@/api/types'

export const readReasons = (): Promise<ReasonLists> => ask(api.GET('/reasons'))

export const writeReasons = (lists: ReasonLists): Promise<ReasonLists> => ask(api.PUT('/reasons', { body: lists }))
