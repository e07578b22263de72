import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// jsdom has no layout; antd asks for these two.
window.matchMedia = (query: string): MediaQueryList =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    dispatchEvent: () => false,
  }) as unknown as MediaQueryList

class NoResize implements ResizeObserver {
  observe = (): void => undefined
  unobserve = (): void => undefined
  disconnect = (): void => undefined
}
window.ResizeObserver = NoResize

afterEach(() => {
  cleanup()
  window.localStorage.clear()
})
