import { PhoneOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useMay } from '@/api/session'
import type { Attribution } from '@/api/types'
import { useOwn } from '@/live/useLive'
import { nationalNumber } from '@/parts/numbers'
import { partWords } from '@/parts/locale'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { phone } from '@/phone/phone'
import { dial } from '../commands'
import { barWords } from '../locale'
import { situationOf, whyNot } from '../rules'
import { useCommand } from '../useCommand'

interface Props {
  number: string | null
  attribution?: Attribution | string | null
  /** Once the call has been placed. */
  onDialled?: () => void
}

/** A number with click to dial; the button says why when it cannot. */
export function DialNumber({ number, attribution, onDialled }: Props) {
  const works = useMay('agent.work')
  return (
    <span className="row" style={{ gap: 4 }}>
      <PhoneNumber number={number} attribution={attribution} />
      {works && number && <DialButton number={number} onDialled={onDialled} />}
    </span>
  )
}

function DialButton({ number, onDialled }: { number: string; onDialled: Props['onDialled'] }) {
  const say = barWords.useWords()
  const part = partWords.useWords()
  const command = useCommand()
  const why = whyNot('dial', situationOf(useOwn(), phone()))
  const call = async (): Promise<void> => {
    if (await command('dial', say('do.dial'), () => dial(number))) onDialled?.()
  }
  const what = part('number.dial', { number: nationalNumber(number) })
  return (
    <Tooltip title={why === null ? what : say(`why.${why}`)}>
      <Button
        type="text"
        size="small"
        aria-label={what}
        aria-disabled={why !== null}
        className={why === null ? undefined : 'quiet'}
        icon={<PhoneOutlined />}
        onClick={() => why === null && void call()}
      />
    </Tooltip>
  )
}
