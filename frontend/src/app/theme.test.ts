import { theme, type GlobalToken } from 'antd'
import { describe, expect, it } from 'vitest'
import { themeOf } from './theme'

const AA = 4.5
const KINDS = ['Error', 'Warning', 'Success', 'Info'] as const

/** Relative luminance of `#rrggbb`, 0…1 (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((start) => {
    const part = parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** What a colour of text must be readable on: its own tint, panels, the ground and what floats above. */
function groundsOf(tokens: GlobalToken, kind: (typeof KINDS)[number]): string[] {
  return [tokens[`color${kind}Bg`], tokens.colorBgContainer, tokens.colorBgLayout, tokens.colorBgElevated]
}

describe.each(['light', 'dark'] as const)('the %s theme', (name) => {
  const tokens = theme.getDesignToken(themeOf(name))

  it.each(KINDS)('has text for %s that is readable wherever it stands', (kind) => {
    const text = tokens[`color${kind}Text`]
    const poor = groundsOf(tokens, kind).filter((ground) => contrast(text, ground) < AA)
    expect(poor).toEqual([])
  })
})
