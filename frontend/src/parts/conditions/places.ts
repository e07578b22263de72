import { useQuery } from '@tanstack/react-query'
import { api, ask } from '@/api/client'
import type { Place, Places } from '@/api/types'
import { useLocale } from '@/app/i18n'

export const findPlaces = (query: { search?: string; keys?: string }): Promise<Places> => ask(api.GET('/places', { params: { query } }))

export const usePlaceName = (): ((place: Place) => string) => {
  const english = useLocale() === 'en'
  return (place) => (english ? place.en : place.zh)
}

/** Names the places of these keys; a key that is in no table stays as it is. */
export function usePlaceNames(keys: readonly string[]): (key: string) => string {
  const asked = [...new Set(keys)].sort().join(',')
  const nameOf = usePlaceName()
  const found = useQuery({ queryKey: ['places', 'keys', asked], queryFn: () => findPlaces({ keys: asked }), enabled: asked !== '', staleTime: Infinity })
  return (key) => {
    const place = found.data?.items.find((one) => one.key === key)
    return place ? nameOf(place) : key
  }
}
