import { api, ask } from '@/api/client'
import { queryClient } from '@/api/queries'

/** Topic of the messages that the user may hear, and first part of the key of everything kept of them. */
export const VOICEMAILS = 'voicemails'

export const countUnheard = async (): Promise<number> => (await ask(api.GET('/voicemails/unheard'))).count

/** Has lists and the count read again. */
export const readAgain = (): Promise<void> => queryClient.invalidateQueries({ queryKey: [VOICEMAILS] })
