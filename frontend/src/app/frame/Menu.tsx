import { MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { NavLink } from 'react-router'
import { useParts } from '@/api/health'
import { may } from '@/api/session'
import { appWords } from '../locale'
import { menuFor, type MenuSection, type PageRoute } from '../routes'

const STORED = 'zhiyin.menu'
const SECTIONS: readonly MenuSection[] = ['work', 'watch', 'configure', 'system']

/** Pages that the user may open, in the order of the table. */
export function Menu() {
  const say = appWords.useWords()
  const [narrow, setNarrow] = useState(() => (window.localStorage.getItem(STORED) ?? '') === 'narrow')
  const fold = (): void => {
    window.localStorage.setItem(STORED, narrow ? 'wide' : 'narrow')
    setNarrow(!narrow)
  }
  const parts = useParts()
  const pages = menuFor(may, parts)
  return (
    <nav className={narrow ? 'frame-menu menu narrow' : 'frame-menu menu'} aria-label={say('menu.label')}>
      {SECTIONS.map((section) => (
        <Section key={section} section={section} narrow={narrow} pages={pages.filter((page) => page.menu?.section === section)} />
      ))}
      <Button
        className="menu-fold"
        type="text"
        onClick={fold}
        icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
        aria-label={say(narrow ? 'menu.widen' : 'menu.narrow')}
      />
    </nav>
  )
}

function Section({ section, pages, narrow }: { section: MenuSection; pages: PageRoute[]; narrow: boolean }) {
  const say = appWords.useWords()
  if (pages.length === 0) return null
  return (
    <>
      <h2>{say(`menu.${section}`)}</h2>
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <Tooltip title={narrow ? say(page.word) : null} placement="right">
              <NavLink to={page.path} aria-label={say(page.word)}>
                <span aria-hidden>{page.menu?.icon}</span>
                {!narrow && say(page.word)}
              </NavLink>
            </Tooltip>
            {page.menu?.Badge && <page.menu.Badge />}
          </li>
        ))}
      </ul>
    </>
  )
}
