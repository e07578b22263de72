import { useEffect, useState } from 'react'

/** A value once it has not changed for a while: what is dear to work out need not follow every key. */
export function useSettled<T>(value: T, after_ms = 300): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), after_ms)
    return () => clearTimeout(timer)
  }, [value, after_ms])
  return settled
}
