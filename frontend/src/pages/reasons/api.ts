import { api, ask } from '@/api/client'
import type { Reasons } from '@/api/types'

/** The lists with the version that was read; the server sends it along. */
export type ReasonLists = Reasons & { version: number }

export const readReasons = async (): Promise<ReasonLists> => ({ version: 0, ...(await ask(api.GET('/reasons'))) })

export const writeReasons = async (lists: ReasonLists): Promise<ReasonLists> => ({
  version: lists.version,
  ...(await ask(api.PUT('/reasons', { body: lists }))),
})
