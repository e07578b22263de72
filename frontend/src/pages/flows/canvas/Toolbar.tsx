import {
  CompressOutlined,
  DeleteOutlined,
  ExpandOutlined,
  ExportOutlined,
  ImportOutlined,
  PartitionOutlined,
  QuestionCircleOutlined,
  RedoOutlined,
  SaveOutlined,
  UndoOutlined,
} from '@ant-design/icons'
import { App, Button, Form, Popover, Select, Tooltip, type RefSelectProps, type SelectProps } from 'antd'
import { useRef, useState, type ReactNode, type Ref } from 'react'
import { useRecordDirty } from '@/parts/form/dirty'
import { flowWords } from '../locale'
import { kindText } from '../parts/words'
import { KeysHelp } from './KeysHelp'
import { layout } from './layout'
import { drawnFrom, placed, type Drawn } from './operations'
import { useFlow, useFlowStore } from './store'
import { removeSelected } from './useCanvasKeys'

const NONE: Drawn['nodes'] = {}

type ToolName = 'undo' | 'redo' | 'delete' | 'layout' | 'import' | 'export' | 'larger' | 'smaller'

interface Props {
  readOnly: boolean
  large: boolean
  resize: () => void
  search: Ref<SearchField>
}

export interface SearchField {
  focus: () => void
}

/** What is done to the drawing as a whole. */
export function Toolbar({ readOnly, large, resize, search }: Props) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const canUndo = useFlow((state) => state.past.length > 0)
  const canRedo = useFlow((state) => state.future.length > 0)
  const canRemove = useFlow((state) => state.selected.size > 0 || state.edge !== null)
  const arrange = (): void => {
    const { document, change } = store.getState()
    change(placed(document, layout(document)))
  }
  return (
    <div className="flow-toolbar row" role="toolbar" aria-label={say('toolbar')}>
      <Tool name="undo" icon={<UndoOutlined />} disabled={readOnly || !canUndo} act={() => store.getState().undo()} />
      <Tool name="redo" icon={<RedoOutlined />} disabled={readOnly || !canRedo} act={() => store.getState().redo()} />
      <Tool name="delete" icon={<DeleteOutlined />} disabled={readOnly || !canRemove} act={() => removeSelected(store.getState())} />
      <Tool name="layout" icon={<PartitionOutlined />} disabled={readOnly} act={arrange} />
      <Search search={search} />
      <span className="grow" />
      <Files readOnly={readOnly} />
      {large && <SaveTool readOnly={readOnly} />}
      <Tool name={large ? 'smaller' : 'larger'} icon={large ? <CompressOutlined /> : <ExpandOutlined />} disabled={false} act={resize} />
      <Popover content={<KeysHelp />} trigger="click" placement="bottomRight">
        <Button type="text" disabled={false} icon={<QuestionCircleOutlined />} aria-label={say('tool.help')} />
      </Popover>
    </div>
  )
}

function Tool({ name, icon, disabled, act }: { name: ToolName; icon: ReactNode; disabled: boolean; act: () => void }) {
  const text = flowWords.useWords()(`tool.${name}`)
  return (
    <Tooltip title={text}>
      <Button type="text" icon={icon} disabled={disabled} aria-label={text} onClick={act} />
    </Tooltip>
  )
}

function SaveTool({ readOnly }: { readOnly: boolean }) {
  const say = flowWords.useWords()
  const form = Form.useFormInstance()
  const dirty = useRecordDirty()
  return (
    <Button type="primary" size="small" icon={<SaveOutlined />} disabled={readOnly || !dirty} onClick={() => form.submit()}>
      {say('tool.save')}
    </Button>
  )
}

/** Finds a node by its name, label, kind or words, and goes there. */
function Search({ search }: { search: Ref<SearchField> }) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const [open, setOpen] = useState(false)
  // Only while somebody looks: otherwise every key typed into a node would go through all of them.
  const nodes = useFlow((state) => (open ? state.document.nodes : NONE))
  const options: SelectProps['options'] = Object.entries(nodes).map(([id, node]) => ({
    value: id,
    label: `${node.label || id} · ${kindText(node.kind ?? '', say)}`,
    text: `${id} ${JSON.stringify(node)} ${kindText(node.kind ?? '', say)}`.toLowerCase(),
  }))
  return (
    <span data-search>
      <Select<string>
        ref={search as Ref<RefSelectProps>}
        style={{ width: 220, marginLeft: 8, flex: 'none' }}
        disabled={false}
        value={null}
        placeholder={say('tool.search')}
        aria-label={say('tool.search')}
        showSearch={{ filterOption: (typed, option) => (option as { text: string } | undefined)?.text.includes(typed.trim().toLowerCase()) ?? false }}
        options={options}
        open={open}
        onOpenChange={setOpen}
        popupMatchSelectWidth={320}
        onSelect={(id) => store.getState().show(id)}
      />
    </span>
  )
}

/** The draft as a file, out and in. */
function Files({ readOnly }: { readOnly: boolean }) {
  const store = useFlowStore()
  const { message } = App.useApp()
  const field = useRef<HTMLInputElement>(null)
  const save = (): void => {
    const { document } = store.getState()
    const link = window.document.createElement('a')
    const address = URL.createObjectURL(new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' }))
    link.href = address
    link.download = `${typeof document.name === 'string' ? document.name : 'flow'}.json`
    link.click()
    URL.revokeObjectURL(address)
  }
  const load = async (file: File | undefined): Promise<void> => {
    const found = file && drawnFrom(await file.text())
    if (found) {
      store.getState().replace(found)
      store.getState().show(found.start)
    } else if (file) void message.error(flowWords.say('import.bad'))
  }
  return (
    <>
      <Tool name="import" icon={<ImportOutlined />} disabled={readOnly} act={() => field.current?.click()} />
      <input
        ref={field}
        type="file"
        accept="application/json,.json"
        style={{ display: 'none' }}
        data-import
        onChange={(event) => {
          void load(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Tool name="export" icon={<ExportOutlined />} disabled={false} act={save} />
    </>
  )
}
