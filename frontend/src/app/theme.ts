import { theme as antd, type ThemeConfig } from 'antd'
import { create } from 'zustand'

export type ThemeName = 'light' | 'dark'

const STORED = 'zhiyin.theme'

function remembered(): ThemeName {
  const kept = window.localStorage.getItem(STORED)
  if (kept === 'light' || kept === 'dark') return kept
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

const chosen = create<{ theme: ThemeName }>()(() => ({ theme: remembered() }))

export const useThemeName = (): ThemeName => chosen((state) => state.theme)

export function setTheme(next: ThemeName): void {
  window.localStorage.setItem(STORED, next)
  document.documentElement.dataset.theme = next
  chosen.setState({ theme: next })
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = chosen.getState().theme
}

const FONT =
  "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"

const SHARED = {
  fontFamily: FONT,
  fontSize: 14,
  borderRadius: 6,
  controlHeight: 32,
  // Dialogs and menus are there, or gone, with the key that asked for it: who types ahead must not type into a fading dialog.
  motion: false,
}

const LIGHT = {
  colorPrimary: '#0b6b75',
  colorInfo: '#0b6b75',
  colorLink: '#0b6b75',
  colorError: '#c4232b',
  colorSuccess: '#1a7f37',
  colorWarning: '#9a6700',
  colorTextBase: '#1b2630',
  colorTextSecondary: '#4d5965',
  colorTextTertiary: '#5d6873',
  colorTextPlaceholder: '#6a7580',
  colorBgLayout: '#f1f4f5',
  colorSuccessBg: '#e3f4e7',
  colorSuccessBorder: '#9fd3ad',
  colorInfoBg: '#e0f1f2',
  colorInfoBorder: '#9ccdd2',
  colorWarningBg: '#fdf0d2',
  colorWarningBorder: '#e3c27a',
  colorErrorText: '#c4232b',
  colorSuccessText: '#116329',
  colorWarningText: '#7d5300',
  colorInfoText: '#0b6b75',
}

const DARK = {
  colorPrimary: '#1f7f8a',
  colorInfo: '#2f9aa6',
  colorLink: '#5cc3cd',
  colorError: '#f0686c',
  colorSuccess: '#4cb564',
  colorWarning: '#d6a02a',
  colorBgBase: '#141b21',
  colorTextBase: '#e8edf1',
  colorTextSecondary: '#a9b4bf',
  colorTextTertiary: '#94a0ac',
  colorTextPlaceholder: '#84909c',
  colorBgLayout: '#10161b',
  colorBgContainer: '#182027',
  colorBgElevated: '#1d262e',
  colorBorder: '#43505b',
  colorBorderSecondary: '#2c3740',
  colorSuccessBg: '#17321f',
  colorInfoBg: '#15343a',
  colorWarningBg: '#362b12',
  colorErrorBg: '#421c1f',
  colorErrorText: '#ff8f92',
  colorSuccessText: '#6fd088',
  colorWarningText: '#e3b04a',
  colorInfoText: '#5cc3cd',
}

/** The tokens that all colours come from; colours of agent states are CSS variables in styles.css, the same in both places. */
export function themeOf(name: ThemeName): ThemeConfig {
  const dark = name === 'dark'
  const colours = dark ? DARK : LIGHT
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: { ...SHARED, ...colours },
    components: {
      Table: { cellPaddingBlockSM: 7, headerBg: dark ? '#1a232a' : '#f6f8f9' },
      Tooltip: { fontSize: 13 },
      // What the algorithm derives for these is too near to its ground to be read easily (AA).
      Tag: { colorSuccess: colours.colorSuccessText },
      ...(dark && { Button: { colorError: DARK.colorErrorText }, Form: { colorError: DARK.colorErrorText }, Tabs: { itemSelectedColor: DARK.colorInfoText }, Radio: { colorPrimary: DARK.colorInfoText } }),
    },
  }
}
