import { useState } from 'react'
import type { SipAccount } from '@/api/types'
import { extensionRecords, makeSipPassword, takeSipPassword } from '../api'

export interface SipPasswordState {
  /** The password that was made just now, until it has been noted. */
  account: SipAccount | null
  busy: boolean
  error: unknown
  make: () => Promise<void>
  take: () => Promise<void>
  noted: () => void
}

/** Makes and takes away the password of an extension's phone; errors are kept, to be shown. */
export function useSipPassword(extension: string): SipPasswordState {
  const [account, setAccount] = useState<SipAccount | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await act()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
      // After a refusal too: somebody else may have changed the extension.
      extensionRecords.changed()
    }
  }
  return {
    account,
    busy,
    error,
    make: () => run(async () => setAccount(await makeSipPassword(extension))),
    take: () => run(() => takeSipPassword(extension)),
    noted: () => setAccount(null),
  }
}
