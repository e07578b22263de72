import { createContext } from 'react'

/** Told each time that a node is drawn anew; the test of fluency counts by it. */
export const RenderCount = createContext<(id: string) => void>(() => undefined)
