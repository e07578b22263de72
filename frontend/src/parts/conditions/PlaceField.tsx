import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import type { Place } from '@/api/types'
import { conditionWords } from './locale'
import { findPlaces, usePlaceName, usePlaceNames } from './places'

/** Several places, found by typing and kept by their keys. */
export function PlaceField({ value, disabled, onChange }: { value: string; disabled?: boolean; onChange: (value: string) => void }) {
  const say = conditionWords.useWords()
  const nameOf = usePlaceName()
  const [search, setSearch] = useState('')
  const keys = value.split(',').filter(Boolean)
  const chosenName = usePlaceNames(keys)
  const found = useQuery({ queryKey: ['places', 'search', search], queryFn: () => findPlaces({ search }), staleTime: Infinity, placeholderData: (before) => before })
  const option = (place: Place) => ({ value: place.key, label: nameOf(place), title: place.key })
  const table = found.data?.table
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
        labelRender={({ value: key }) => chosenName(String(key))}
        onChange={(next) => onChange(next.join(','))}
      />
      {table && <div className="quiet" style={{ fontSize: 12 }}>{say('place.source', { source: table.source, licence: table.licence, made_on: table.made_on })}</div>}
    </div>
  )
}
