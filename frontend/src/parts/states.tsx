import {
  BellFilled,
  CheckCircleFilled,
  EditFilled,
  LogoutOutlined,
  PauseCircleFilled,
  PhoneFilled,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { AgentState } from '@/api/types'

/** The icon of each agent state; colour is `var(--<state>)`, word is `state.<state>`. The same everywhere. */
export const STATE_ICON: Record<AgentState, ReactNode> = {
  signed_out: <LogoutOutlined />,
  ready: <CheckCircleFilled />,
  not_ready: <PauseCircleFilled />,
  reserved: <BellFilled />,
  on_call: <PhoneFilled />,
  wrap_up: <EditFilled />,
}

export const stateColour = (state: AgentState): string => `var(--${state})`
export const stateSoft = (state: AgentState): string => `var(--${state}-soft)`
