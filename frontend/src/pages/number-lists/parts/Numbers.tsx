import { CloseOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Table } from 'antd'
import { useState } from 'react'
import { queryClient } from '@/api/queries'
import { useMay } from '@/api/session'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { nationalNumber } from '@/parts/numbers'
import { listNumbers, removeNumber } from '../api'
import { listWords } from '../locale'
import { ImportNumbers } from './ImportNumbers'

/** The numbers of a list: import, look through, remove. */
export function Numbers({ list }: { list: string }) {
  const say = listWords.useWords()
  const mayWrite = useMay('number_lists.write')
  const [failure, setFailure] = useState<unknown>(null)
  const key = ['number-lists', 'numbers', list]
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => listNumbers(list, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  })
  const changed = (): void => void queryClient.invalidateQueries({ queryKey: key })
  const remove = (number: string): void => {
    setFailure(null)
    removeNumber(list, number).then(changed, setFailure)
  }
  return (
    <section aria-label={say('numbers')}>
      {mayWrite && <ImportNumbers list={list} onTaken={changed} />}
      <h2 style={{ fontSize: 15, margin: '0 0 8px' }}>{say('numbers')}</h2>
      {pages.isError && <ErrorNotice error={pages.error} retry={() => void pages.refetch()} />}
      {failure !== null && <ErrorNotice error={failure} />}
      <Table
        size="small"
        rowKey="number"
        pagination={false}
        loading={pages.isLoading}
        locale={{ emptyText: pages.isSuccess ? say('numbers.empty') : ' ' }}
        dataSource={pages.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          { title: say('number'), render: (_, one) => <span className="figures" title={one.number}>{nationalNumber(one.number)}</span> },
          { title: say('number.note'), dataIndex: 'note' },
          {
            width: 48,
            render: (_, one) =>
              mayWrite && <Button type="text" size="small" icon={<CloseOutlined />} aria-label={say('remove', { number: nationalNumber(one.number) })} onClick={() => remove(one.number)} />,
          },
        ]}
      />
      {pages.hasNextPage && (
        <Button type="link" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {say('more')}
        </Button>
      )}
    </section>
  )
}
