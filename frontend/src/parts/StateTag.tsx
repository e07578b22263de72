import type { AgentState } from '@/api/types'
import { partWords } from './locale'
import { STATE_ICON, stateColour, stateSoft } from './states'

/** An agent's state by colour, icon and word. `detail` = the reason of not ready, in words. */
export function StateTag({ state, detail }: { state: AgentState; detail?: string | null }) {
  const say = partWords.useWords()
  return (
    <span
      style={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 5,
        padding: '1px 8px',
        borderRadius: 10,
        fontSize: 12,
        lineHeight: '20px',
        whiteSpace: 'nowrap',
        color: stateColour(state),
        background: stateSoft(state),
      }}
    >
      <span aria-hidden>{STATE_ICON[state]}</span>
      {say(`state.${state}`)}
      {detail ? ` · ${detail}` : ''}
    </span>
  )
}
