import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, defaultHighlightStyle, foldGutter, foldKeymap, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { darkColours } from './darkColours'

export interface EditorProps {
  label: string
  text: string
  dark: boolean
  readOnly: boolean
  problems: readonly Diagnostic[]
  /** Moves the cursor there when it changes; `at` makes the same place count again. */
  goto: { offset: number; at: number } | null
  onChange: (text: string) => void
}

/** A text editor for JSON with numbers, folding, undo, and marks where something is wrong. Tab indents; Escape, then Tab leaves it. */
export function Editor({ label, text, dark, readOnly, problems, goto, onChange }: EditorProps) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const changed = useRef(onChange)
  const looks = useRef(new Compartment())
  const first = useRef({ text, label })

  useEffect(() => {
    changed.current = onChange
  })
  useEffect(() => {
    const start = first.current
    const editor = new EditorView({
      parent: box.current ?? undefined,
      doc: start.text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        history(),
        drawSelection(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        lintGutter(),
        json(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': start.label, tabindex: '0' }),
        keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
        looks.current.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed.current(update.state.doc.toString())
        }),
      ],
    })
    view.current = editor
    return () => {
      start.text = editor.state.doc.toString()
      editor.destroy()
    }
  }, [])

  useEffect(() => {
    const colours = syntaxHighlighting(dark ? darkColours : defaultHighlightStyle)
    view.current?.dispatch({ effects: looks.current.reconfigure([colours, EditorState.readOnly.of(readOnly)]) })
  }, [dark, readOnly])
  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    const editor = view.current
    if (editor === null) return
    const end = editor.state.doc.length
    const inside = problems.map((one) => ({ ...one, from: Math.min(one.from, end), to: Math.min(one.to, end) }))
    editor.dispatch(setDiagnostics(editor.state, inside))
  }, [problems])
  useEffect(() => {
    const editor = view.current
    if (editor === null || goto === null) return
    const anchor = Math.min(goto.offset, editor.state.doc.length)
    editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
    editor.focus()
  }, [goto])

  return <div className="flow-editor" ref={box} />
}
