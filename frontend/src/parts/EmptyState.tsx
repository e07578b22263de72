import { InboxOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'

interface Props {
  title: string
  hint: string
  action?: ReactNode
  icon?: ReactNode
}

/** An empty list or panel: what belongs here, and the first step. */
export function EmptyState({ title, hint, action, icon = <InboxOutlined /> }: Props) {
  return (
    <div style={{ display: 'grid', justifyItems: 'center', gap: 6, padding: '40px 24px', textAlign: 'center', color: 'var(--ink)' }}>
      <span aria-hidden style={{ fontSize: 32, color: 'var(--line-strong)' }}>
        {icon}
      </span>
      <strong>{title}</strong>
      <span className="quiet" style={{ maxWidth: 460 }}>
        {hint}
      </span>
      {action}
    </div>
  )
}
