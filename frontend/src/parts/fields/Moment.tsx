import { DatePicker } from 'antd'
import dayjs from 'dayjs'

interface Props {
  /** Given by `Form.Item`. */
  id?: string
  value?: number | null
  onChange?: (at: number | null) => void
  /** What it means to choose none. */
  placeholder: string
}

/** A day and a time from now on, in ms, in the reader's own zone; or none. */
export function Moment({ id, value, onChange, placeholder }: Props) {
  return (
    <DatePicker
      id={id}
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      style={{ width: 240 }}
      placeholder={placeholder}
      value={value == null ? null : dayjs(value)}
      minDate={dayjs()}
      onChange={(at) => onChange?.(at === null ? null : at.valueOf())}
    />
  )
}
