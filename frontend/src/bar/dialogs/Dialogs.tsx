import { AddressBook } from './AddressBook'
import { DialDialog } from './DialDialog'
import { HelpSheet } from './HelpSheet'
import { KeysDialog } from './KeysDialog'
import { NotReadyDialog } from './NotReadyDialog'
import { SignInDialog } from './SignInDialog'
import { SignOutDialog } from './SignOutDialog'
import { TargetDialog } from './TargetDialog'

/** The dialogs of the bar; their code is fetched after the frame stands. */
export function Dialogs() {
  return (
    <>
      <TargetDialog purpose="transfer" />
      <TargetDialog purpose="consult" />
      <TargetDialog purpose="conference" />
      <KeysDialog />
      <DialDialog />
      <SignInDialog />
      <SignOutDialog />
      <NotReadyDialog />
      <AddressBook />
      <HelpSheet />
    </>
  )
}
