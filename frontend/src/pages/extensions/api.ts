import { api, ask } from '@/api/client'
import type { SipAccount } from '@/api/types'

export { extensionRecords } from '@/api/records'

const at = (extension: string) => ({ params: { path: { extension } } })

/** A new password for the extension's SIP phone; the server tells it this once. */
export const makeSipPassword = (extension: string): Promise<SipAccount> => ask(api.POST('/extensions/{extension}/sip-password', at(extension)))

/** The phone can no longer register. */
export const takeSipPassword = (extension: string): Promise<undefined> => ask(api.DELETE('/extensions/{extension}/sip-password', at(extension)))
