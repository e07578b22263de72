import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { api, ask } from '@/api/client'
import type { Place, Places } from '@/api/types'
import { useLocale } from '@/app/i18n'
import { conditionWords } from './locale'

const find = (query: { search?: string; keys?: string }): Promise<Places> => ask(api.GET('/places', { params: { query } }))

/** Several places, found by typing and kept by their keys. */
export function PlaceField({ value, disabled, onChange }: { value: string; disabled?: boolean; onChange: (value: string) => void }) {
  const say = conditionWords.useWords()
  const english = useLocale() === 'en'
  const [search, setSearch] = useState('')
  const keys = value.split(',').filter(Boolean)
  const chosen = useQuery({ queryKey: ['places', 'keys', value], queryFn: () => find({ keys: value }), enabled: keys.length > 0, staleTime: Infinity })
  const found = useQuery({ queryKey: ['places', 'search', search], queryFn: () => find({ search }), staleTime: Infinity, placeholderData: (before) => before })
  const nameOf = (place: Place): string => (english ? place.en : place.zh)
  const known = [...(chosen.data?.items ?? []), ...(found.data?.items ?? [])]
  const option = (place: Place) => ({ value: place.key, label: nameOf(place), title: place.key })
  const table = found.data?.table ?? chosen.data?.table
  return (
    <div style={{ flex: '1 1 260px', minWidth: 240 }}>
      <Select<string[]>
        mode="multiple"
        aria-label={say('place.choose')}
        placeholder={say('place.choose')}
        style={{ width: '100%' }}
        disabled={disabled}
        loading={found.isFetching}
        showSearch={{ filterOption: false, onSearch: setSearch }}
        notFoundContent={say('place.none')}
        value={keys}
        options={(found.data?.items ?? []).map(option)}
        labelRender={({ value: key }) => nameOf(known.find((place) => place.key === key) ?? { key: String(key), zh: String(key), en: String(key) })}
        onChange={(next) => onChange(next.join(','))}
      />
      {table && <div className="quiet" style={{ fontSize: 12 }}>{say('place.source', { source: table.source, licence: table.licence, made_on: table.made_on })}</div>}
    </div>
  )
}
