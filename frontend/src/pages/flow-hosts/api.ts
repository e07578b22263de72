import { api, ask } from '@/api/client'
import type { FlowHosts } from '@/api/types'

export const readFlowHosts = (): Promise<FlowHosts> => ask(api.GET('/flow-hosts'))

export const writeFlowHosts = (hosts: FlowHosts): Promise<FlowHosts> => ask(api.PUT('/flow-hosts', { body: hosts }))
