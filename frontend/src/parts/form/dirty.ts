import { createContext, useContext } from 'react'

/** Given by the form of a record. */
export const RecordDirty = createContext(false)

/** Inside the form of a record: whether something was typed that is not saved. */
export const useRecordDirty = (): boolean => useContext(RecordDirty)
