import { Component, type ReactNode } from 'react'
import { ErrorNotice } from './ErrorNotice'

/** A page that breaks shows what happened in its own tab; bar, calls and the other tabs go on. */
export class PageGuard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <div style={{ padding: 24 }}>
        <ErrorNotice error={this.state.error} retry={() => this.setState({ error: null })} />
      </div>
    )
  }
}
