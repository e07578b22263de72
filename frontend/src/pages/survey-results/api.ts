import { api, ask } from '@/api/client'
import type { Page, SurveyFigures, SurveyResult } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'

/** First part of the key of everything kept of results. */
export const RESULTS = 'survey-results'

export const listResults = (query: ListQuery): Promise<Page<SurveyResult>> => ask(api.GET('/survey-results', { params: { query } }))

export const readFigures = (query: ListQuery): Promise<SurveyFigures> => ask(api.GET('/survey-results/figures', { params: { query } }))
