import { Modal } from 'antd'
import { closeDialog, useDialog } from '../dialogs'
import { keyText, type KeyAction } from '../keys'
import { barWords } from '../locale'

const SHEET: { title: 'help.phone' | 'help.state' | 'help.pages'; actions: KeyAction[] }[] = [
  {
    title: 'help.phone',
    actions: ['answer', 'hang_up', 'hold', 'retrieve', 'mute', 'keys', 'transfer', 'consult', 'conference', 'survey', 'complete', 'take_back', 'merge'],
  },
  { title: 'help.state', actions: ['ready', 'not_ready', 'sign_in', 'sign_out', 'dial', 'wrap_up', 'record'] },
  { title: 'help.pages', actions: ['search', 'new_customer', 'address_book', 'help'] },
]

/** Every shortcut on one sheet. */
export function HelpSheet() {
  const say = barWords.useWords()
  return (
    <Modal open={useDialog('help')} onCancel={closeDialog} title={say('help.title')} footer={null} width={720}>
      <div className="sheet">
        {SHEET.map(({ title, actions }) => (
          <section key={title}>
            <h3>{say(title)}</h3>
            <dl>
              {actions.map((action) => (
                <div key={action} style={{ display: 'contents' }}>
                  <dt>{say(`do.${action}`)}</dt>
                  <dd>
                    <kbd>{keyText(action)}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="quiet">{say('help.lists')}</p>
    </Modal>
  )
}
