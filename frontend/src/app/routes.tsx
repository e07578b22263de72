import { ContactsOutlined, CustomerServiceOutlined, PhoneOutlined } from '@ant-design/icons'
import { lazy, type ComponentType, type ReactNode } from 'react'
import { matchPath } from 'react-router'
import type { AppWord } from './locale'

export type MenuSection = 'work' | 'watch' | 'configure' | 'system'

/** One page: its address, who may open it, its name, where it stands in the menu, and its code (loaded when opened). */
export interface PageRoute {
  path: string
  permission: string
  word: AppWord
  menu?: { section: MenuSection; icon: ReactNode }
  Page: ComponentType
}

/** A page's component by its name, its code fetched when the page is first opened. */
function page<K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K): ComponentType {
  const Loaded: ComponentType = lazy<ComponentType>(async () => ({ default: (await load())[name] }))
  return Loaded
}

/** The one table of routes and permissions. Order = order in the menu; the first one that a user may open is home. */
export const routes: readonly PageRoute[] = [
  {
    path: '/desk',
    permission: 'agent.work',
    word: 'page.desk',
    menu: { section: 'work', icon: <CustomerServiceOutlined /> },
    Page: page(() => import('@/pages/desk/page'), 'DeskPage'),
  },
  {
    path: '/customers',
    permission: 'customers.read',
    word: 'page.customers',
    menu: { section: 'work', icon: <ContactsOutlined /> },
    Page: page(() => import('@/pages/customers/page'), 'CustomersPage'),
  },
  {
    path: '/customers/new',
    permission: 'customers.write',
    word: 'page.new_customer',
    Page: page(() => import('@/pages/customer/page'), 'NewCustomerPage'),
  },
  {
    path: '/customers/:customer_id',
    permission: 'customers.read',
    word: 'page.customer',
    Page: page(() => import('@/pages/customer/page'), 'CustomerPage'),
  },
  {
    path: '/calls',
    permission: 'call_records.read',
    word: 'page.calls',
    menu: { section: 'work', icon: <PhoneOutlined /> },
    Page: page(() => import('@/pages/calls/page'), 'CallsPage'),
  },
]

export type May = (permission: string) => boolean

export function routesFor(may: May): PageRoute[] {
  return routes.filter((route) => may(route.permission))
}

/** The route that an address belongs to; fixed addresses (`/customers/new`) win over ones with a parameter. */
export function routeAt(pathname: string): PageRoute | undefined {
  return (
    routes.find((route) => route.path === pathname) ?? routes.find((route) => matchPath(route.path, pathname) !== null)
  )
}

export function homeOf(may: May): string {
  return routesFor(may).find((route) => route.menu)?.path ?? '/customers'
}
