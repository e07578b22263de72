import { useEffect, useState, type Dispatch, type SetStateAction } from 'react'

const PAUSE_MS = 200

/** What is typed in a search field, and the same after a pause, for asking the server. */
export function useTyped(): { typed: string; settled: string; type: Dispatch<SetStateAction<string>> } {
  const [typed, type] = useState('')
  const [settled, settle] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => settle(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return { typed, settled, type }
}
