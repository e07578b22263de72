import { HighlightStyle } from '@codemirror/language'
import { tags } from '@lezer/highlight'

/** Colours of JSON on the dark ground, from the product's own. */
export const darkColours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--brand)' },
  { tag: tags.string, color: 'var(--not_ready)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--wrap_up)' },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: 'var(--ink-2)' },
])
