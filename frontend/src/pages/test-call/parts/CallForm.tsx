import { PhoneOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { AutoComplete, Button, Form, Input, Radio } from 'antd'
import { queryClient } from '@/api/queries'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { useFieldRules } from '@/parts/fields/rules'
import { Seconds } from '@/parts/fields/Seconds'
import { nationalNumber } from '@/parts/numbers'
import { listNumbers, placeCall } from '../api'
import { testCallWords } from '../locale'
import { callerOf, PRESETS, type Wish } from './script'

const FIRST: Wish = { preset: 'sales', from: '+8613800000001', to: '', patience_s: 120, talk_s: null }

export function CallForm({ onPlaced }: { onPlaced: (sid: string) => void }) {
  const numbers = useQuery({ queryKey: ['sim', 'numbers'], queryFn: listNumbers, staleTime: 60_000 })
  if (numbers.isError) return <ErrorNotice error={numbers.error} retry={() => void numbers.refetch()} />
  if (!numbers.data) return null
  return <Fields numbers={numbers.data} onPlaced={onPlaced} />
}

function Fields({ numbers, onPlaced }: { numbers: string[]; onPlaced: (sid: string) => void }) {
  const say = testCallWords.useWords()
  const rules = useFieldRules()
  const place = useMutation({
    mutationFn: (wish: Wish) => placeCall(callerOf(wish)),
    onSuccess: ({ call_sid }) => {
      void queryClient.invalidateQueries({ queryKey: ['sim'] })
      onPlaced(call_sid)
    },
  })
  return (
    <Form<Wish> layout="vertical" initialValues={{ ...FIRST, to: numbers[0] ?? '' }} onFinish={place.mutate}>
      <Form.Item name="preset" label={say('preset')}>
        <Radio.Group options={PRESETS.map((value) => ({ value, label: say(`preset.${value}`) }))} style={{ display: 'grid', gap: 4 }} />
      </Form.Item>
      <Form.Item name="from" label={say('from')} rules={[rules.required(say('from')), rules.number]}>
        <Input inputMode="tel" />
      </Form.Item>
      <Form.Item name="to" label={say('to')} rules={[{ required: true, message: say('to.missing') }, rules.number]}>
        <AutoComplete options={numbers.map((value) => ({ value, label: nationalNumber(value) }))} />
      </Form.Item>
      <Form.Item name="patience_s" label={say('patience')}>
        <Seconds min={5} max={3600} />
      </Form.Item>
      <Form.Item name="talk_s" label={say('talk')} extra={say('talk.hint')}>
        <Seconds min={1} max={3600} />
      </Form.Item>
      {place.isError && <ErrorNotice error={place.error} />}
      <Button type="primary" htmlType="submit" icon={<PhoneOutlined />} loading={place.isPending} block style={{ marginTop: 8 }}>
        {say('place')}
      </Button>
    </Form>
  )
}
