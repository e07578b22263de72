import { Component, type ReactNode } from 'react'
import { ErrorNotice } from './ErrorNotice'

/** The page's code could not be fetched: no network, or a newer version was deployed. Only a reload fetches it; calls survive that. */
const isUnloaded = (error: unknown): boolean => error instanceof TypeError && /dynamically imported|module script/i.test(error.message)

/** A page that breaks shows what happened in its own tab; bar, calls and the other tabs go on. */
export class PageGuard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  private readonly again = (): void => {
    if (isUnloaded(this.state.error)) window.location.reload()
    else this.setState({ error: null })
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <div style={{ padding: 24 }}>
        <ErrorNotice error={this.state.error} retry={this.again} />
      </div>
    )
  }
}
