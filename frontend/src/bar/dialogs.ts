import { create } from 'zustand'

export type DialogName =
  | 'transfer'
  | 'consult'
  | 'conference'
  | 'keys'
  | 'dial'
  | 'sign_in'
  | 'sign_out'
  | 'not_ready'
  | 'address_book'
  | 'help'
  | 'wrap_up'

/** Which dialog of the bar is open; one at a time. */
export const dialogs = create<{ open: DialogName | null }>()(() => ({ open: null }))

export const openDialog = (open: DialogName): void => dialogs.setState({ open })
export const closeDialog = (): void => dialogs.setState({ open: null })
export const useDialog = (name: DialogName): boolean => dialogs((state) => state.open === name)
