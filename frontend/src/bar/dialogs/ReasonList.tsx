import { Button } from 'antd'
import type { Reason } from '@/api/types'
import { useLabel } from '@/app/i18n'

/** One big button a reason; arrow keys, Tab and the first digit choose. */
export function ReasonList({ reasons, choose }: { reasons: Reason[]; choose: (code: string) => void }) {
  const label = useLabel()
  return (
    <div
      style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 8 }}
      onKeyDown={(event) => {
        const reason = reasons[Number(event.key) - 1]
        if (/^[1-9]$/.test(event.key) && reason) choose(reason.code)
      }}
    >
      {reasons.map((reason, at) => (
        <Button key={reason.code} size="large" autoFocus={at === 0} onClick={() => choose(reason.code)} data-reason={reason.code}>
          <span className="quiet figures">{at + 1}</span> {label(reason.label)}
        </Button>
      ))}
    </div>
  )
}
